export declare const drawings: Readonly<Record<string, string>>;
