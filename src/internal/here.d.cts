export declare const here: string;
