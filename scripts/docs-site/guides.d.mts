export interface Guide {
  readonly file: string;
  readonly lang: 'fr' | 'en';
  readonly twin?: string;
}

export declare const chapters: readonly { readonly title: string; readonly guides: readonly Guide[] }[];
export declare const guides: readonly (Guide & { readonly chapter: string })[];
