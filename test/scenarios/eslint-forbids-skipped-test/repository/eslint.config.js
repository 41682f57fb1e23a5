export default [{ rules: { "no-restricted-properties": ["error", { object: "test", property: "skip", message: "Mend the test." }] } }];
