export const label = "Buy";
export const Button = () => <button   type="button">{label}</button>;
