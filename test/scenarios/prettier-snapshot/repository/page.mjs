export const page = () => "<p>a</p>\n";
