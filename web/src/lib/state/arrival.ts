/** How the page that is shown was come to: back or forth, or afresh. */
let cameBack = true;

/** Before each navigation. @param type as SvelteKit calls it */
export function noteArrival(type: string): void {
  cameBack = type === 'popstate';
}

/** Whether it is to look as it was left. */
export const hasComeBack = (): boolean => cameBack;
