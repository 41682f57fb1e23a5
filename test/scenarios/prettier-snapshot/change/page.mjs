export const page = () => "<p   >a</p><b>x</b>\n";
