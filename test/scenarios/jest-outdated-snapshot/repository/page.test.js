const { page } = require("./page");

test("renders", () => {
  expect(page()).toMatchSnapshot();
});
