import { type CountryCode, isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Json } from '../../agent.ts';
import { textAt } from './arguments.ts';
import type { Functions } from './definition.ts';

/** Where a number without a + is, if the second argument does not tell. UNCONFIRMED. */
const DEFAULT_REGION = 'US';

export const PHONE_FUNCTIONS: Functions = {
  IS_PHONE_NUMBER: { takes: [1, 2], run: (args) => phoneNumber(args)?.isValid() ?? false },
  /** An object of texts. UNCONFIRMED: the names of its fields, and outside of North America where the area code ends. */
  TO_PHONE_NUMBER: {
    takes: [1, 2],
    run(args) {
      const phone = phoneNumber(args);
      if (!phone) throw new Error('Argument 1 is no phone number.');
      const national = phone.nationalNumber;
      const area = phone.countryCallingCode === '1' ? national.slice(0, 3) : '';
      return { 'country-code': phone.countryCallingCode, 'area-code': area, number: national.slice(area.length) };
    },
  },
};

function phoneNumber(args: readonly Json[]): PhoneNumber | undefined {
  return parsePhoneNumberFromString(textAt(args, 0), args.length > 1 ? region(textAt(args, 1)) : DEFAULT_REGION);
}

function region(code: string): CountryCode {
  const upper = code.toUpperCase();
  if (!isSupportedCountry(upper))
    throw new Error(`Argument 2 must be a country such as US, it is ${code.slice(0, 20)}.`);
  return upper;
}
