import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asksAgain, type Campus, says, startCampus } from '../helpers/conversation.ts';
import { stopAll } from '../helpers/process.ts';

/** The weather, of the stand-in's sample cities. */

let campus: Campus;
beforeAll(async () => {
  campus = await startCampus();
});
afterAll(stopAll);

const place = (city: string, country = '') => ({ city, 'admin-area': '', country, original: city.toLowerCase() });
const WEATHER = {
  pune: {
    fulfillmentResponse: {
      messages: [says('It is 27 °C and partly cloudy in Pune, India. It feels like 29 °C.')],
    },
    sessionInfo: {
      parameters: {
        weather_place: 'Pune, India',
        weather_condition: 'partly cloudy',
        weather_temperature_c: 27.3,
      },
    },
  },
  singapore: {
    fulfillmentResponse: { messages: [says('It is 30 °C with thunderstorms in Singapore. It feels like 35 °C.')] },
    sessionInfo: {
      parameters: {
        weather_place: 'Singapore',
        weather_condition: 'thunderstorms',
        weather_temperature_c: 29.8,
      },
    },
  },
};

test('A place that is unknown is asked again, until there is weather of one that is known', async () => {
  const chat = campus.conversation();
  expect(
    await chat.turn('weather', 'How is the weather in Atlantis?', {
      intent: 'weather.ask',
      heard: { location: place('Atlantis') },
    }),
  ).toEqual({
    fulfillmentResponse: { messages: [says("I can't find a place called Atlantis. Which city do you mean?")] },
    pageInfo: asksAgain('location'),
  });
  expect(await chat.turn('weather', 'Well, here')).toEqual({
    fulfillmentResponse: { messages: [says('Which city do you want the weather for?')] },
    pageInfo: asksAgain('location'),
  });
  expect(await chat.turn('weather', 'Pune', { form: { location: place('Pune') } })).toEqual(WEATHER.pune);
});

test('One place after the other: each answer is of the place that was just named', async () => {
  const chat = campus.conversation();
  const ask = (location: ReturnType<typeof place>) =>
    chat.turn('weather', `Weather in ${location.city}`, { intent: 'weather.ask', heard: { location } });
  expect(await ask(place('Singapore'))).toEqual(WEATHER.singapore);
  expect(await ask(place('Pune', 'India'))).toEqual(WEATHER.pune);
});

test('The other tag of the function gives the same answer', async () => {
  const happening = { intent: 'weather.ask', heard: { location: place('Pune') }, tag: 'weather-webhook' };
  expect(await campus.conversation().turn('weather', 'Weather in Pune', happening)).toEqual(WEATHER.pune);
});
