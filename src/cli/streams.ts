/** Where text goes: a part of a Node stream. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Results on stdout, progress and errors on stderr. */
export interface Streams {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Aborted where the user stops the program: the last moment to leave the terminal as it was. */
  readonly interrupted?: AbortSignal;
  /** Says that a command ends by itself once it is interrupted, until what this returns is called; else the program ends at once. */
  endsItself?(): () => void;
}

/** The first line of what went wrong, the others behind it: an error is one line. */
export const oneLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);
