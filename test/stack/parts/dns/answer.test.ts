import type { Question, RecordType } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { answerQuestion, type Turns } from '../../../../src/stack/parts/dns/answer.ts';
import { recordText } from '../../../../src/stack/parts/dns/record.ts';
import { zone } from './zones.ts';

const known = zone(
  'www A 8.8.8.8',
  'www TXT "hello"',
  'many 60 A 192.0.2.1',
  'many 60 A 192.0.2.2',
  'many 60 A 192.0.2.3',
  'many 60 AAAA 2001:db8::1',
  'blog CNAME www',
  'news CNAME blog',
  'gone CNAME nowhere',
  'away CNAME www.example.org.',
  'loop-a CNAME loop-b',
  'loop-b CNAME loop-a',
  'a.deep A 192.0.2.9',
  '*.wild A 192.0.2.7',
  'named.wild TXT "I am here"',
  '*.alias CNAME www',
  '@ MX 10 mail',
  'mail A 192.0.2.25',
  'shop NS ns.shop',
  'shop NS ns.example.org.',
  'ns.shop A 192.0.2.80',
  // Below a delegation, so somebody else's business.
  'deep.shop NS ns.example.org.',
);

const first: Turns = () => 0;

const ask = (name: string, type: string, klass = 'IN', turns = first) => {
  const question = { name, type: type as RecordType, class: klass } as Question;
  const { rcode, authoritative, answers, authorities, additionals } = answerQuestion(known, question, turns);
  return {
    rcode,
    authoritative,
    answers: answers.map(recordText),
    authorities: authorities.map(recordText),
    additionals: additionals.map(recordText),
  };
};

const soa = 'foobar.com. 60 IN SOA ns1.foobar.com. hostmaster.foobar.com. 1 3600 600 604800 60';
const yes = (...answers: string[]) => ({
  rcode: 'NOERROR',
  authoritative: true,
  answers,
  authorities: [],
  additionals: [],
});
const refused = { rcode: 'REFUSED', authoritative: false, answers: [], authorities: [], additionals: [] };

describe('what is there', () => {
  it('answers with authority and the name as it was asked', () => {
    expect(ask('WwW.foobar.com', 'A')).toEqual(yes('WwW.foobar.com. 300 IN A 8.8.8.8'));
    expect(ask('www.foobar.com', 'TXT', 'ANY')).toEqual(yes('www.foobar.com. 300 IN TXT "hello"'));
  });

  it('gives the addresses of the hosts that the records name along', () => {
    expect(ask('foobar.com', 'NS')).toEqual({
      ...yes('foobar.com. 300 IN NS ns1.foobar.com.'),
      additionals: ['ns1.foobar.com. 300 IN A 192.0.2.53'],
    });
    expect(ask('foobar.com', 'MX')).toEqual({
      ...yes('foobar.com. 300 IN MX 10 mail.foobar.com.'),
      additionals: ['mail.foobar.com. 300 IN A 192.0.2.25'],
    });
  });

  it('answers ANY with one made-up record, and with the CNAME where there is one', () => {
    expect(ask('many.foobar.com', 'ANY')).toEqual(yes('many.foobar.com. 60 IN HINFO "RFC8482" ""'));
    expect(ask('blog.foobar.com', 'ANY')).toEqual(yes('blog.foobar.com. 300 IN CNAME www.foobar.com.'));
    expect(ask('nope.foobar.com', 'ANY').rcode).toBe('NXDOMAIN');
  });
});

describe('what is not there', () => {
  it('proves that the name does not exist with the SOA, for as long as its minimum says', () => {
    expect(ask('nope.foobar.com', 'A')).toEqual({ ...yes(), rcode: 'NXDOMAIN', authorities: [soa] });
    expect(ask('x.www.foobar.com', 'A')).toEqual({ ...yes(), rcode: 'NXDOMAIN', authorities: [soa] });
  });

  it('tells a name without such a record from a name that is missing', () => {
    expect(ask('www.foobar.com', 'AAAA')).toEqual({ ...yes(), authorities: [soa] });
    expect(ask('www.foobar.com', 'UNKNOWN_65')).toEqual({ ...yes(), authorities: [soa] });
    // A name that only has names below it exists, too.
    expect(ask('deep.foobar.com', 'A')).toEqual({ ...yes(), authorities: [soa] });
    expect(ask('deep.foobar.com', 'ANY')).toEqual({ ...yes(), authorities: [soa] });
  });

  it('uses the TTL of the SOA when that is shorter than its minimum', () => {
    const short = zone();
    short.soa.ttl = 5;
    const { authorities } = answerQuestion(short, { name: 'x.foobar.com', type: 'A', class: 'IN' }, first);
    expect(authorities).toMatchObject([{ type: 'SOA', ttl: 5 }]);
  });

  it.each([
    ['www.example.org', 'A', 'IN'],
    ['notfoobar.com', 'A', 'IN'],
    ['com', 'A', 'IN'],
    ['.', 'NS', 'IN'],
    ['www.foobar.com', 'A', 'CH'],
    ['foobar.com', 'AXFR', 'IN'],
    ['foobar.com', 'IXFR', 'IN'],
  ])('refuses %s %s %s', (name, type, klass) => {
    expect(ask(name, type, klass)).toEqual(refused);
  });
});

describe('CNAME', () => {
  it('is followed inside the zone', () => {
    expect(ask('news.foobar.com', 'A')).toEqual(
      yes(
        'news.foobar.com. 300 IN CNAME blog.foobar.com.',
        'blog.foobar.com. 300 IN CNAME www.foobar.com.',
        'www.foobar.com. 300 IN A 8.8.8.8',
      ),
    );
  });

  it('is not followed when it was asked for', () => {
    expect(ask('news.foobar.com', 'CNAME')).toEqual(yes('news.foobar.com. 300 IN CNAME blog.foobar.com.'));
  });

  it('says what became of the name at its end', () => {
    expect(ask('gone.foobar.com', 'A')).toEqual({
      ...yes('gone.foobar.com. 300 IN CNAME nowhere.foobar.com.'),
      rcode: 'NXDOMAIN',
      authorities: [soa],
    });
    expect(ask('blog.foobar.com', 'AAAA')).toEqual({
      ...yes('blog.foobar.com. 300 IN CNAME www.foobar.com.'),
      authorities: [soa],
    });
    expect(ask('away.foobar.com', 'A')).toEqual(yes('away.foobar.com. 300 IN CNAME www.example.org.'));
  });

  it('ends a loop where it began', () => {
    expect(ask('loop-a.foobar.com', 'A').answers).toEqual([
      'loop-a.foobar.com. 300 IN CNAME loop-b.foobar.com.',
      'loop-b.foobar.com. 300 IN CNAME loop-a.foobar.com.',
    ]);
  });
});

describe('wildcard', () => {
  it('stands for names that do not exist', () => {
    expect(ask('x.wild.foobar.com', 'A')).toEqual(yes('x.wild.foobar.com. 300 IN A 192.0.2.7'));
    expect(ask('x.y.wild.foobar.com', 'A')).toEqual(yes('x.y.wild.foobar.com. 300 IN A 192.0.2.7'));
    expect(ask('x.alias.foobar.com', 'A').answers).toEqual([
      'x.alias.foobar.com. 300 IN CNAME www.foobar.com.',
      'www.foobar.com. 300 IN A 8.8.8.8',
    ]);
  });

  it('does not stand for names that exist, nor below them', () => {
    expect(ask('named.wild.foobar.com', 'A')).toEqual({ ...yes(), authorities: [soa] });
    expect(ask('x.named.wild.foobar.com', 'A').rcode).toBe('NXDOMAIN');
    expect(ask('wild.foobar.com', 'A')).toEqual({ ...yes(), authorities: [soa] });
  });
});

it('sends whoever asks below a delegation to its servers, without authority', () => {
  const referral = {
    rcode: 'NOERROR',
    authoritative: false,
    answers: [],
    authorities: [
      'shop.foobar.com. 300 IN NS ns.shop.foobar.com.',
      'shop.foobar.com. 300 IN NS ns.example.org.',
    ],
    additionals: ['ns.shop.foobar.com. 300 IN A 192.0.2.80'],
  };
  expect(ask('www.shop.foobar.com', 'A')).toEqual(referral);
  expect(ask('shop.foobar.com', 'NS')).toEqual(referral);
  expect(ask('ns.shop.foobar.com', 'A')).toEqual(referral);
  expect(ask('www.deep.shop.foobar.com', 'A')).toEqual(referral);
});

describe('several addresses', () => {
  it('begin with another one each time, every record set in its own turn', () => {
    const counts = new Map<string, number>();
    const turns: Turns = set => {
      const count = counts.get(set) ?? 0;
      counts.set(set, count + 1);
      return count;
    };
    const firsts = Array.from({ length: 4 }, () => {
      ask('many.foobar.com', 'AAAA', 'IN', turns);
      return ask('many.foobar.com', 'A', 'IN', turns).answers[0];
    });
    expect(firsts.map(text => text?.split(' ').at(-1))).toEqual([
      '192.0.2.1',
      '192.0.2.2',
      '192.0.2.3',
      '192.0.2.1',
    ]);
    expect([...counts.keys()]).toEqual(['many.foobar.com A']);
  });
});
