export function laidOut(xml: string): string;

export function withMessage(
  page: string,
  message: { readonly contentType: string | null; readonly envelope: string },
): string;
