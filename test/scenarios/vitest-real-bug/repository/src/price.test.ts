import { gross } from "./price";

describe("gross", () => {
  it("adds the tax", () => expect(gross(100)).toBe(119));
  it("rounds", () => expect(gross(1)).toBe(1));
  it("takes nothing", () => expect(gross(0)).toBe(0));
});
