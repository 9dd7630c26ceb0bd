extension StoryPlots {
    /// Plots between friends: sharing, building, racing, quarrels and birthdays.
    static let friends = [
        // Sharing.
        """
        = thing in snacks
        = child in people
        = each in 2...4
        = twice is each + each
        = thrice is twice + each
        - {when}, {elder} gave {hero} {thrice of thing}. "[They are for all of you|Share them fairly]," <said:elder>.
        | {when}, {hero} had {thrice of thing} in a bag, because {elder} had made them.
        - {friend} and {child} came by, and they were hungry.
        | {hero} sat down under a tree. Then {friend} and {child} came and looked at the bag.
        - {hero} did not want to share, because {hero.he} was hungry, too. So {hero.he} hid the bag behind
          {hero.his} back.
        | "They are mine," <said:hero>.
        - {friend} said nothing, but {child} looked sad.
        | {child} turned around to leave. Then {hero} felt [bad|ashamed].
        - "If you were hungry, I would give you some," <said:friend>. {hero} thought about that.
        | {hero} remembered how {friend} had once shared with {hero.him}.
        - "Wait," <said:hero>. "There are {thrice} and there are three of us, so each gets {each}."
        | So {hero} counted the {thing.s} and made three heaps. Each heap had {each}, because three
          times {each.d} is {thrice.d}.
        - Now everyone had {each of thing}, and nobody was hungry any more.
        | They sat together and ate {each of thing} each.
        - "Eating together is nicer than eating alone," <said:hero>.
        | {child} was so happy that {child.he} [sang a song|told a joke|hugged them both].
        | The next day {child} brought nuts and shared them as well, because {hero} had shared first.
        ? How many {thing.s} did {hero} have at first? => {hero} had {thrice of thing}.
        ? How many did each of them get? => Each got {each}, because {thrice.d} shared by 3 is {each.d}.
        ? Why did {hero} change {hero.his} mind? => {hero} saw that {friend} and {child} were hungry.
        """,
        // Building.
        """
        = building; part: tower; blocks | castle; boxes | tree house; boards | bridge; planks | raft; logs
          | doghouse; boards | fort; pillows | wall; stones
        = n in 10...20
        = m in 3...9
        = sum is n + m
        = reason; better: the bottom was too narrow; made the bottom wider | the ground was soft; chose
          a place with hard ground | they had not used any nails or glue; fixed every piece with care | one
          side was heavier than the other; put the same number on each side | they had built too fast; went
          slowly, step by step
        - {when}, {hero} and {friend} wanted to build {a} {building}. They collected {n} {part}.
        | "Let us build {a} {building}!" <said:friend> {when}. So they looked for {part} and found {n}.
        - {hero} had drawn a plan, but {friend} said, "We do not need a plan."
        | They began at once and did not think much about it.
        - They put one piece on the other, and the {building} grew and grew.
        | {hero} held the pieces and {friend} set them in place.
        - <suddenly> it [shook|wobbled] and fell down, because {reason}.
        | But {reason}, so everything fell down with a crash.
        - {friend} kicked the ground and was angry. "I give up," <said:friend>.
        | <sad:friend>
        - "Now we know what was wrong," <said:hero>. "We can do it better."
        | {hero} did not give up. {hero.he} looked at the pieces and thought about why it had happened.
        - They fetched {m} more {part}, so they had {sum}, and this time they {better}.
        | The second time they {better}. They also used {m} more {part}, {sum} in all.
        - It took them [until evening|two days|all afternoon], but now the {building} stood firmly.
        | Because they had learned from the first try, the second {building} did not fall.
        - {elder} came to look at it. "That is a fine {building}," <said:elder>.
        | <proud:hero>
        ? What did they build? => They built {a} {building}.
        ? Why did the first one fall? => It fell because {reason}.
        ? What did they do better? => The second time they {better}.
        ? How many {part} did they use in all? => They used {sum.d}, because {n.d} plus {m.d} is {sum.d}.
        """,
        // A race.
        """
        = rival in people
        = place: around the lake | to the old mill | up the hill | through the village | to the lighthouse
        = delay: sat down to rest and fell asleep | stopped to laugh at the others | ran so fast at first that
          {rival.he} was soon out of breath | took a short cut and lost the way | stopped to eat
          blackberries
        - {when}, there was a race {place}. {hero}, {friend}, and {rival} wanted to run.
        | {when}, the whole school met for a race {place}.
        - {rival} was the fastest of all and said so. "You will never beat me!" <called:rival>.
        | Everyone thought that {rival} would win, because {rival} had the longest legs.
        - {hero} was not fast, but {hero.he} had [practiced every morning|a plan: never stop].
        | "I will just run at my own speed," <said:hero>.
        - The whistle blew, and they all began to run. {rival} was soon far ahead.
        | "One, two, three, go!" <called:elder>. {rival} shot away like an arrow.
        - But {rival} was so sure of winning that {rival.he} {delay}.
        | Halfway there, {rival} {delay}.
        - {hero} went on and on, step by step, and <soon> {hero.he} passed {rival}.
        | Meanwhile {hero} kept running, never fast and never slow.
        - {friend} fell and hurt a knee, so {hero} stopped, helped {friend.him} up, and then they ran on together.
        | {friend} cheered, "Go on, {hero}! You can do it!" That gave {hero.him} new strength.
        - When {rival} saw what had happened, it was too late. {hero} had won!
        | {hero} reached the goal first, because {hero.he} had not stopped running.
        - <proud:hero>
        | "You ran well," <said:rival>, and shook {hero.his} hand. "I should not have boasted."
        ? Who won the race? => {hero} won the race.
        ? Why did {rival} not win? => {rival} {delay}.
        ? Where did they run? => They ran {place}.
        """,
        // A quarrel.
        """
        = thing in toys
        = child in people
        - {when}, {hero} and {friend} both wanted to play with the {thing.full}.
        | {when}, {hero} brought {a} {thing.full}, and {friend} wanted it at once.
        - "I had it first!" <called:hero>. "No, I did!" <called:friend>.
        | {hero} pulled on one side and {friend} pulled on the other.
        - They pulled so hard that the {thing} [broke|broke in two|fell into the mud].
        | Neither let go, and so the {thing} was [broken|dirty] in the end.
        - Now both were angry. {friend} ran home and slammed the door.
        | "I will never play with you again!" <called:friend>, and ran home.
        - But playing alone was boring. {hero} sat on the steps and missed {friend}.
        | That evening, {hero} was lonely. {hero.he} did not even want to eat.
        - "Why are you so quiet?" <asked:elder>. {hero} told {elder.him} everything.
        | {elder} sat down beside {hero}. "A friend is worth more than {a} {thing}," <said:elder>.
        - So the next day {hero} <walked> to {friend}'s house and said, "I am sorry."
        | The next day {hero} wrote "I am sorry" on a card and put it under {friend}'s door.
        - "I am sorry, too," <replied:friend>. They mended the {thing} together [with glue and string|as well as
          they could].
        | {friend} opened the door and smiled, because {friend.he} had missed {hero} just as much.
        - From then on they took turns. First {hero} played with it, then {friend}, then {child}.
        | After that they had a rule: whoever has it counts to a hundred and then passes it on.
        ? What did they quarrel about? => They quarreled about {a} {thing.full}.
        ? Why was {hero} alone? => {hero} was alone because {friend} had run home after the quarrel.
        ? How did they become friends again? => They said that they were sorry.
        """,
        // A birthday surprise.
        """
        = age in 6...11
        = before is age - 1
        = gift in treasures
        = sweet in snacks
        = n in 3...9
        - {friend} was still {before}, but the next day {friend.he} would be {age}. {hero} wanted to surprise {friend.him}.
        | {when}, it was {friend}'s birthday. {friend.he} had been {before}, and now {friend.he} was {age}.
        - {hero} asked {n} children to come to a party. "But do not tell {friend}!" {hero.he} said.
        | {hero} secretly invited {n} children, and everyone promised to keep quiet.
        - They [hung up paper stars|blew up balloons|painted a big sign] and made a plate of {sweet.s}.
        | {elder} baked {sweet.s}, and {hero} put {age} candles on the table.
        - {friend} did not know about it and thought that everybody had forgotten {friend.his} birthday.
          <sad:friend>
        | When {friend} asked what was going on, {hero} said, "Nothing." So {friend} was puzzled.
        - Then {hero} led {friend} into the [garden|kitchen|barn] with closed eyes.
        | {hero} said, "Please help me carry a box from the [shed|barn|cellar]." {friend} opened the door.
        - "Surprise!" shouted all the children. {friend} was so surprised that {friend.he} could not speak.
        | All the children jumped up and sang. {friend}'s mouth fell open.
        - Then {friend} blew out {age} candles with one breath and made a wish.
        | {friend} got {a} {gift.full}, because that was what {friend.he} had always wanted.
        - They played games until it was dark, and no {sweet} was left on the plate.
        | "This is the best birthday of my life," <said:friend>.
        - "You did all this for me?" <asked:friend>. "That is what friends do," <replied:hero>.
        | <glad:friend>
        ? How old was {friend} now? => {friend} was {age} years old.
        ? How many children were invited? => {n} children were invited.
        ? Who planned the party? => {hero} planned the party.
        """,
        // The new child.
        """
        = child in people
        = land; word; meaning: Spain; hola; hello | France; bonjour; good day | Germany; danke; thank you
          | Italy; ciao; hello | Japan; arigato; thank you | Turkey; merhaba; hello | Poland; tak; yes
        = skill: juggle three balls | draw horses | play chess | do cartwheels | whistle like a bird
          | do magic tricks
        - {when}, a new {child.kind} came to the class. {child.his} name was {child}, and {child.he} came from {land}.
        | {when}, {child} moved into the house next door. {child.his} family came from {land}.
        - {child} did not know many words yet, so {child.he} was very quiet.
        | {child} stood alone by the wall, because {child.he} did not know anybody.
        - {hero} saw that and <walked> over. "Hello! My name is {hero}," <said:hero>.
        | {hero} remembered how it feels to be alone, so {hero.he} asked {child} to play.
        - {child} smiled and said, "{word}!" In {child.his} language, that means {meaning}.
        | "{word}," said {child} quietly. "What does that mean?" asked {friend}. It meant {meaning}.
        - {hero} pointed at things and said their names, and {child} repeated them.
        | They used their hands to talk, and that made them laugh.
        - Then {child} showed them that {child.he} could {skill}. The others had never seen that.
        | At lunch everyone found out that {child} could {skill}, and they all wanted to learn it.
        - So {child} taught {hero} and {friend} how to {skill}, and they taught {child.him} new words.
        | After that, nobody left {child} alone, because everybody liked {child.him}.
        - {child} learned quickly, and soon they could tell each other everything.
        | By summer {child} spoke so well that {child.he} even told jokes.
        - "At first I was afraid of coming here," <said:child>. "But then you said hello."
        | "One word was enough to make a friend," <said:elder>.
        ? Where did {child} come from? => {child} came from {land}.
        ? What does "{word}" mean? => It means {meaning}.
        ? What could {child} do well? => {child} could {skill}.
        """,
    ]
}
