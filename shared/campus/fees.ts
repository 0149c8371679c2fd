import type { Store } from '../store.ts';

/** A fee that is not wholly paid; amounts in paise. */
export interface OpenDue {
  readonly name: string;
  readonly amount: number;
  /** Of the amount, what is to be paid still. */
  readonly left: number;
  /** Date. */
  readonly due: string;
}

/** What a student still has to pay, the oldest first. */
export async function findDues({ db }: Store, student: string): Promise<OpenDue[]> {
  const dues = await db
    .selectFrom('dues')
    .select(['name', 'amount', 'paid', 'due'])
    .where('student_number', '=', student)
    .whereRef('paid', '<', 'amount')
    .orderBy('due')
    .orderBy('id')
    .execute();
  return dues.map(({ name, amount, paid, due }) => ({ name, amount, left: amount - paid, due }));
}

/** The row of `semester_fees` that only some pay. */
const HOSTEL = 'hostel';

/** What a semester costs; amounts in paise. */
export interface FeeSchedule {
  readonly programmes: readonly { readonly name: string; readonly per_credit: number }[];
  /** What everybody pays. */
  readonly fixed: readonly FeeLine[];
  /** Where the college has one. */
  readonly hostel: FeeLine | undefined;
}

export interface FeeLine {
  readonly name: string;
  readonly amount: number;
}

/** Programmes by name, fees by amount, the largest first. */
export async function findSchedule({ db }: Store): Promise<FeeSchedule> {
  const [programmes, fees] = await Promise.all([
    db.selectFrom('programmes').select(['name', 'per_credit']).orderBy('name').execute(),
    db.selectFrom('semester_fees').selectAll().orderBy('amount', 'desc').orderBy('id').execute(),
  ]);
  return {
    programmes,
    fixed: fees.filter(({ id }) => id !== HOSTEL),
    hostel: fees.find(({ id }) => id === HOSTEL),
  };
}
