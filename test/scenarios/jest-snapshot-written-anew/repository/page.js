exports.page = () => "<p>Shop</p>";
