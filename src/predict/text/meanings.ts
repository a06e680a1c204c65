import { featuresOf, kindOf, kinds } from './features.ts';

/** What short names of commands stand for. */
const commands = `
cd: change go into enter folder directory
ls: list show what files folder directory contents
pwd: current working folder directory path where
cat: show display read view print file contents output
cp: copy duplicate backup file
mv: move rename transfer file
rm: remove delete erase file
rmdir: remove delete folder directory
mkdir: create make new folder directory
touch: create make new empty file
echo: write print put text
grep: search find look occurrence pattern line match
find: search locate look where
sed: replace substitute edit
awk: extract column field
head: first top beginning line
tail: last end final line
wc: count number how many words lines characters
diff: compare difference between versions
du: disk usage size space
df: disk free space
ps: list running processes
kill: stop end process
chmod: change permission mode
curl: download fetch request url
wget: download fetch url
ssh: connect remote server
tar: pack archive compress
zip: pack archive compress
git: commit branch repository
exec: run execute
config: setting configure
auth: login sign authenticate
msg: message
img: image picture photo
calc: calculate compute
doc: document
repo: repository
db: database
sql: database query table
pr: pull request
`;

/** Words that people use for one another when they ask. */
const alike = `
search find look lookup query locate
get show display view see retrieve fetch tell check
create make add new write generate build
delete remove cancel erase clear drop
update change modify edit alter adjust set
send message text mail email
book reserve reservation order
buy purchase order pay
start run launch open execute begin
stop end close quit turn off
list all every
calculate compute sum total how much
translate translation language say
image picture photo
weather forecast temperature rain
file document
directory folder
`;

/**
 * Other words for the words of a component's name, for people seldom say `grep` or `mv`. A small English table: it only
 * helps names to be found before there are examples.
 */
export class Meanings {
  readonly #byStem = new Map<number, string>();

  constructor() {
    for (const line of commands.trim().split('\n')) {
      const [word, meaning] = line.split(': ') as [string, string];
      this.#add(word, meaning);
    }
    for (const line of alike.trim().split('\n')) {
      for (const word of line.split(' ')) this.#add(word, line);
    }
  }

  of(name: string): string {
    return stemsOf(name)
      .map((stem) => this.#byStem.get(stem) ?? '')
      .join(' ');
  }

  #add(word: string, meaning: string): void {
    for (const stem of stemsOf(word)) this.#byStem.set(stem, `${this.#byStem.get(stem) ?? ''} ${meaning}`);
  }
}

const stemsOf = (text: string): number[] => [...featuresOf(text)].filter((feature) => kindOf(feature) === kinds.stem);
