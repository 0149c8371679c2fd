import { fallback, optional } from 'valibot';
import { PAGING, pageOf, sessionOf, tellNothing, tellPage } from '../shared/campus/catalogue.ts';
import { searchText } from '../shared/campus/parameters.ts';
import { createSearch, type SearchContext } from '../shared/campus/search.ts';
import { initialsOf } from '../shared/campus/words.ts';
import { richContent } from '../shared/messages.ts';
import { info } from '../shared/messenger.ts';
import type { FacultyMember } from '../shared/store/tables.ts';
import type { Store } from '../shared/store.ts';
import { defineWebhook } from '../shared/webhook.ts';

type Teacher = FacultyMember & { readonly department: string };

/** What the person reads or hears. */
const text = {
  ask: 'Whom are you looking for? You can say a name, a subject or a department.',
  one: ({ name, title, department, subjects, hours, office, email }: Teacher) =>
    `${name} is ${title} in ${department} and teaches ${subjects}. ` +
    `Students can come on ${hours}, to ${office}, or write to ${email}.`,
  counted: (total: number) => `${total} teachers`,
  line: ({ name, title, department }: Teacher) => `${name}, ${title} in ${department}`,
  elsewhere: (department: string) => `In ${department} there is nobody, but in other departments there is. `,
  unknown: (department: string) => `I don't know a department called ${department}, so I looked in all. `,
  nobody: (query: string) => `I can't find a teacher for “${query}”.`,
  hint: 'You can ask for a name, a subject or a department.',
};

const teachers = createSearch<Teacher>({
  load: loadTeachers,
  fields: {
    name: { text: ({ name }) => name, boost: 3 },
    subjects: { text: ({ subjects }) => `${subjects}, ${initialsOf(subjects)}`, boost: 2 },
    department: { text: ({ department }) => `${department}, ${initialsOf(department)}` },
    title: { text: ({ title }) => title },
  },
  name: 'name',
  noise: [
    ...['dr', 'prof', 'professor', 'professors', 'doctor', 'sir', 'madam', 'lecturer', 'faculty', 'staff', 'member'],
    ...['teacher', 'teachers', 'teach', 'teaches', 'teaching', 'taught', 'subject', 'department', 'dept', 'expert'],
  ],
});

const departments = createSearch<{ name: string }>({
  load: ({ db }) => db.selectFrom('departments').select('name').orderBy('id').execute(),
  fields: { name: { text: ({ name }) => `${name}, ${initialsOf(name)}` } },
  name: 'name',
  noise: ['department', 'dept', 'faculty'],
});

/**
 * Finds teachers by name, subject or department. Reads `faculty_query` and `department`, which an earlier turn may have left:
 * where nobody there fits, it looks in the others. Sets `results_total` and `results_shown`; with `more` it goes on.
 */
export default defineWebhook(
  { faculty_query: searchText(), department: fallback(optional(searchText()), undefined), ...PAGING },
  async ({ params, store, now }) => {
    const { hits, near } = await teachers.find(params.faculty_query, { store, now });
    const names = near.map(({ name }) => name);
    if (hits.length === 0) {
      return { ...tellNothing(text.nobody(params.faculty_query), names, text.hint), invalid: ['faculty_query'] };
    }
    const everybody = hits.map(({ row }) => row);
    const { found, note } = await within(params.department, everybody, { store, now });
    const page = pageOf(found, params);
    const [only] = page.rows;
    if (only && page.total === 1) {
      return { say: note + text.one(only), messages: [richContent(info(card(only)))], session: sessionOf(page) };
    }
    const told = tellPage(page, { ...text, item: card });
    return { ...told, say: (page.first ? note : '') + told.say };
  },
  { store: true, ask: { faculty_query: text.ask } },
);

function loadTeachers({ db }: Store): Promise<Teacher[]> {
  return db
    .selectFrom('faculty')
    .innerJoin('departments', 'departments.id', 'faculty.department_id')
    .selectAll('faculty')
    .select('departments.name as department')
    .orderBy('faculty.id')
    .execute();
}

/** Those of a department; all, and why, where it is not known or none of them is in it. */
async function within(department: string | undefined, everybody: readonly Teacher[], context: SearchContext) {
  if (department === undefined) return { found: everybody, note: '' };
  const [hit] = (await departments.find(department, context)).hits;
  if (!hit) return { found: everybody, note: text.unknown(department) };
  const found = everybody.filter((teacher) => teacher.department === hit.row.name);
  return found.length > 0 ? { found, note: '' } : { found: everybody, note: text.elsewhere(hit.row.name) };
}

function card({ name, title, department, office, email }: Teacher) {
  return { title: name, subtitle: `${title}, ${department}. ${office}`, anchor: { href: `mailto:${email}` } };
}
