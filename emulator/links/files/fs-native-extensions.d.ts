/** The part that is used here of a package without typings. */
declare module 'fs-native-extensions' {
  /** Asks for a lock that the descriptor's opening holds; false when another holds it. On macOS it is of the whole file. */
  export function tryLock(fd: number, offset?: number, length?: number): boolean;
}
