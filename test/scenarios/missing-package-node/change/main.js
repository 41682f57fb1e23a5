const pad = require("left-pad");

console.log(pad("shop", 9));
