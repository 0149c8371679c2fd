/** Before every test file: nothing may look for Google's metadata server, and no setting of this machine may leak in. */
process.env.METADATA_SERVER_DETECTION = 'none';
for (const name of Object.keys(process.env)) {
  if (/^(WEBHOOK_|GOOGLE_|WEATHER_|K_SERVICE$|FUNCTION_|DATABASE_|BOOKING_|OPENAI_|CAMPUS_|AWS_)/.test(name))
    delete process.env[name];
}
