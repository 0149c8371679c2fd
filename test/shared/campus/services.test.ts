import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findServices } from '../../../shared/campus/services.ts';
import { openTestStore, type TestStore } from '../../helpers/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

test.each([
  ['Counselling', ['counselling']],
  ['  COUNSELLING!', ['counselling']],
  ['counselor', ['counselling']],
  ['परामर्श', ['counselling']],
  ['I need someone to talk to', ['counselling']],
  ['it help desk', ['it-help-desk']],
  ['IT-HelpDesk', ['it-help-desk']],
  ['wifi', ['it-help-desk']],
  ['Wi Fi', ['it-help-desk']],
  ['ＷｉＦｉ', ['it-help-desk']],
  ['re\u0301sume\u0301', ['career-guidance']],
  ['स्वास्थ्य केन्द्र', ['health-centre']],
  ['the doctor, please', ['health-centre']],
  ['a doctor or a counsellor', ['counselling', 'health-centre']],
])('"%s" is %j.', async (said, ids) => {
  const { known, services } = await findServices(store.db, said);
  expect([known, services.map(({ id }) => id)]).toEqual([true, ids]);
});

test.each(['', '?!', 'haircut', 'doctorate', 'ouns'])('"%s" is no service, and all are shown.', async (said) => {
  const { known, services } = await findServices(store.db, said);
  expect([known, services.length]).toEqual([false, 8]);
});
