module.exports = { tabWidth: 8 };
