export function exampleFolder(): string;
export function linkExample(): Promise<{
  openScreen(options?: object): Promise<{ readonly origin: string; readonly url: string; close(): Promise<void> }>;
}>;
