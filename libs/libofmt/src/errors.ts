/** Why a selection of output fields cannot be used. */
export type OfmtErrorCode =
  | 'OFMT_EBADFIELDS'
  | 'OFMT_ENOFIELDS'
  | 'OFMT_EPARSENONE'
  | 'OFMT_EPARSEALL';

/** A selection of output fields that cannot be used; the codes are libofmt's. */
export class OfmtError extends Error {
  override readonly name = 'OfmtError';
  readonly code: OfmtErrorCode;

  constructor(code: OfmtErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
