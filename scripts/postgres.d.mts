export declare function postgresPrograms(): string | null;
export declare function startPostgres(): Promise<{
  readonly port: number;
  readonly connectionString: string;
  crash(): Promise<void>;
  stop(): Promise<void>;
}>;
