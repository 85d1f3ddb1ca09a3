export interface Place {
  file: string;
  line: number;
}

/** What nginx would refuse in its configuration, in its own words; few faults have no place in a file. */
export class ConfError extends Error {
  override name = 'ConfError';
  readonly place: Place | undefined;

  constructor(fault: string, place?: Place) {
    super(place ? `${fault} in ${place.file}:${place.line}` : fault);
    this.place = place;
  }
}
