exports.page = () => "<p>undefined</p>";
