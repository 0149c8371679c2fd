/** What a person's feedback can be about. `other` is also the answer where nothing is known well enough. */
export const CATEGORIES = [
  'facilities',
  'teaching',
  'fees',
  'library',
  'food',
  'hostel',
  'transport',
  'staff',
  'technology',
  'events',
  'other',
] as const;

export type Category = (typeof CATEGORIES)[number];
