export function linkExample(): void;
