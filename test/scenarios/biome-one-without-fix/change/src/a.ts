export function a(value: any): number {
	let factor = 2;
	return value * factor;
}
