import { writeFileSync } from "node:fs";

writeFileSync("test/__snapshots__/page.html", "<p>Shop</p>\n");
