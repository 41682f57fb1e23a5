export function price(amount: number): number {
	let factor = 3;
	return amount * factor;
}
