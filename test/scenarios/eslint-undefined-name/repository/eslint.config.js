export default [{ files: ["**/*.js"], rules: { "no-undef": "error", "no-unused-vars": "warn", "no-warning-comments": "warn", eqeqeq: "error" } }];
