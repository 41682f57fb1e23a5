export function start(): void {
    console.log("started");
}
