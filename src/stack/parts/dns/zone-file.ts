/** What the zone file states; the addresses are those of the story. */
export interface ZoneFacts {
  origin: string;
  nameServers: readonly string[];
  /** Where the name of the zone itself leads to, and where www does. */
  apex: string;
  www: string;
}

/** The zone file that the learner reads and edits: the site's addresses and what a zone cannot do without. */
export const zoneFile = ({ origin, nameServers, apex, www }: ZoneFacts): string => `\
; The zone ${origin}: everything that its name server says about these names.
; A record is: name, TTL, class, type, data. "@" is the zone itself, and a name
; without a dot at its end is completed: www means www.${origin}.
; The server reads this file again when it is saved. ";" begins a comment.

$ORIGIN ${origin}.
$TTL 300    ; seconds that others may keep a record before they ask again

@     IN  SOA    ns1 hostmaster (
                 1        ; serial: goes up with every change
                 1h 10m   ; when a second server looks for changes, and retries
                 7d       ; after that time without contact it gives up
                 60 )     ; how long others may remember that a name is missing

; Who answers for this zone, and where that server is
${lines(nameServers, number => `@     IN  NS     ns${number}`)}
${lines(nameServers, (number, address) => `ns${number}   IN  A      ${address}`)}

; The website
@     IN  A      ${apex}
www   IN  A      ${www}
blog  IN  CNAME  www      ; another name for www

; Free text; many services ask for one to see who owns the name
@     IN  TXT    "owner=foobar; site=www"
`;

const lines = (addresses: readonly string[], line: (number: number, address: string) => string): string =>
  addresses.map((address, index) => line(index + 1, address)).join('\n');
