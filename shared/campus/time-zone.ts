import { ConfigError } from '../errors.ts';

/** Pune, where the college is. */
const DEFAULT_TIME_ZONE = 'Asia/Kolkata';

/** The time zone of the campus: `CAMPUS_TIME_ZONE`, an IANA name such as `Europe/Berlin`; by default India's. */
export function readTimeZone(env: { readonly [name: string]: string | undefined }): string {
  const name = env.CAMPUS_TIME_ZONE?.trim() || DEFAULT_TIME_ZONE;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }); // throws where there is no such zone
    return name;
  } catch {
    throw new ConfigError('CAMPUS_TIME_ZONE must be the name of a time zone, for example Asia/Kolkata.');
  }
}
