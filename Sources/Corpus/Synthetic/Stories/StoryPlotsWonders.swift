extension StoryPlots {
    /// Plots of learning and wondering: riddles, animals that talk, colors, wishes, things that float.
    static let wonders = [
        // Riddles.
        """
        = clue; doubt; answer: I have hands but cannot clap; a statue; a clock | I have teeth but
          cannot bite; an old dog; a comb | The more you take from me, the bigger I get; a pile of
          sand; a hole | I have a neck but no head; a scarecrow; a bottle | I am full of holes
          but hold water; a bucket; a sponge | I get wet when I dry you; the rain; a towel | I have
          leaves but I am not a tree; a bush; a book | I have an eye but cannot see; a storm; a needle
          | I run all day but have no legs; a train; a river | I have a bed but never sleep; a garden;
          a river | I follow you in the sun but hide in the dark; a dog; a shadow
        = clue2; answer2: What has four legs but cannot walk; a table | What goes up when the rain comes
          down; an umbrella | What has many keys but opens no door; a piano | What is yours, though
          others use it more than you; your name | What can fill a room but weighs nothing; light
        = prize in snacks
        - {when}, {elder} asked {hero} and {friend} a riddle.
        | {when}, it was too hot to run around, so {hero} and {friend} asked {elder} for a riddle.
        | {when}, the [bus|train] was late. "Do you know a riddle?" <asked:friend>. {elder} knew one.
        - "{clue}. What am I?" <asked:elder>.
        | "Listen well," <said:elder>. "{clue}. What am I?"
        - {friend} thought about it. "Is it {doubt}?" <asked:friend>. {elder} shook {elder.his} head.
        | "That must be {doubt}," <said:friend>. "No," <replied:elder>. "But it is a good guess."
        - {hero} repeated the words slowly and closed {hero.his} eyes.
        | {hero} looked around the room to find an idea.
        - <suddenly> {hero} knew it. "It is {answer}!" <called:hero>.
        | "I know!" <called:hero>. "You are {answer}!"
        - "Right!" <replied:elder>, and gave {hero.him} {a} {prize}. {hero} broke it in two, so {friend} got half.
        | {elder} clapped {elder.his} hands, because the answer was right.
        - "Now I have one for you," <said:friend>. "{clue2}?"
        | Then it was {hero.his} turn. "{clue2}?" <asked:hero>.
        - {elder} thought for a long time. "I give up," <said:elder>. It was {answer2}.
        | {elder} smiled and knew it at once: {answer2}.
        - They went on asking riddles until [supper|bedtime].
        | From that day on {hero} collected riddles in a little book.
        ? {clue}. What am I? => You are {answer}.
        ? {clue2}? => It is {answer2}.
        ? Who found the first answer? => {hero} found it.
        """,
        // A fable.
        """
        = proud; small; deed; help: lion; mouse; was caught in a net; chewed through the ropes | bear; bee;
          could not find any food; showed the way to the honey | eagle; sparrow; had a thorn in its wing;
          pulled the thorn out | elephant; ant; had lost its way in the tall grass; climbed up a stalk and
          saw the path | wolf; hedgehog; was chased by hunters; rolled into the path and stopped the dogs
          | crocodile; little bird; had something stuck between its teeth; picked it out
        - {when}, {elder} told {hero} and {friend} a story about {a} {proud} and {a} {small}.
        | {when}, {hero} could not sleep, so {elder} told a story about {a} {proud} and {a} {small}.
        /
        - "Once there was a big {proud}. It was so strong that all the animals were afraid of it.
        | "Long ago, there lived {a} {proud} that believed it was better than anyone else.
        - One day {a} {small} walked across its tail, and the {proud} woke up.
        | One day it met {a} {small} on a narrow path, and neither wanted to step aside.
        - The {proud} was angry and wanted to hurt the {small}.
        | The {proud} lifted its head and growled, because it did not like to be disturbed.
        - The {small} trembled and begged for its life. It promised to help the {proud} one day. At this the
          {proud} laughed out loud, but because it was amused, it let the {small} go.
        | The {small} was not afraid. It said that even the small can be of help. The {proud} laughed so much
          that it forgot its anger.
        - Not long after that, the {proud} {deed}. It cried for help, but nobody dared to come.
        | A week later the {proud} {deed}, and all its strength was of no use.
        - The {small} heard it, came at once, and {help}.
        | Only the {small} came. It remembered its promise and {help}.
        - So the {proud} was saved. It bowed its head and was ashamed, because it had laughed.
        | Then the {proud} thanked the {small}, and since that day they have been friends.
        - That is the end of the story."
        /
        - "What does the story tell us?" <asked:elder>. "That nobody is too small to help," <replied:hero>.
        | "I like the {small} best," <said:friend>. "So do I," <replied:hero>.
        ? Which animals were in the story? => {a} {proud} and {a} {small} were in the story.
        ? What happened to the {proud}? => The {proud} {deed}.
        ? How did the {small} help? => The {small} {help}.
        """,
        // Mixing colors.
        """
        = one; two; mix; subject: yellow; blue; green; a meadow | red; yellow; orange; a sunset | red; blue;
          purple; a plum tree | white; red; pink; a flamingo | black; white; gray; an elephant | blue;
          white; light blue; the sky
        = thing in pets
        - {when}, {hero} wanted to paint {subject}, but there was no {mix} paint left.
        | {when} {hero} painted a picture of {subject}. <soon> {hero} needed {mix}, but the {mix} was all gone.
        - {hero} had only {one} and {two}. <sad:hero>
        | In the box there were just two jars: {one} and {two}.
        - "Then paint something else," <said:friend>. But {hero} had another idea.
        | "What happens if we mix them?" <asked:friend>.
        - {hero} put a little {one} on a plate and added some {two}. Then {hero.he} stirred.
        | They took a spoon of {one} and a spoon of {two} and stirred them well.
        - Because {one} and {two} make {mix}, the paint turned {mix} right before their eyes.
        | Slowly the paint changed. It was not {one} any more, and it was not {two}. It was {mix}!
        - "It is like magic!" <called:friend>. "It is not magic," <replied:elder>. "{one} and {two} always make
          {mix}."
        | <curious:friend> "Does it always work?" <asked:friend>. They tried it again, and it did.
        - Now {hero} could finish the picture of {subject}.
        | So {hero} painted {subject}, and {friend} painted {a} {thing}.
        - But then {hero}'s sleeve touched the plate, so it was {mix} as well.
        | Soon there was paint on the table, on the floor, and on {friend}'s nose.
        - They washed their hands, and the water turned {mix}, too.
        | {elder} hung the picture in the hall, where everyone could see it.
        ? Which color was gone? => The {mix} paint was gone.
        ? What do {one} and {two} make? => {one} and {two} make {mix}.
        ? What did {hero} paint? => {hero} painted {subject}.
        """,
        // What floats.
        """
        = light; heavy: cork; stone | leaf; coin | feather; key | wooden spoon; iron nail | pine cone; marble
          | stick; brick
        = n in 3...8
        = m in 2...6
        = sum is n + m
        - {when}, {hero} dropped {a} {light} into the [pond|tub|bucket]. It did not sink.
        | {when}, {hero} and {friend} sat by the [pond|stream|lake]. {friend} threw {a} {light} into the water,
          and it floated.
        - "Why does it float?" <asked:friend>.
        | <curious:hero>
        - Then {hero} took {a} {heavy}. It made a splash and sank to the bottom at once.
        | "Let us try {a} {heavy}," <said:hero>. It went down like a ship with a hole.
        - "The {heavy} sinks because it is too heavy for its size," <said:elder>. "The {light} is light for its
          size, so the water can carry it."
        | {elder} explained it to them: water pushes up, and if a thing is light for its size, it floats.
        - They wanted to know more, so they collected {sum} things and tried them all.
        | So they made a list and put one thing after the other into the water.
        - {n} things floated and {m} sank, so they had tried {sum} things.
        | Of {sum} things, {n} floated. The other {m} sank, because {sum.d} minus {n.d} is {m.d}.
        - "And what about me?" <asked:friend>. {friend.He} jumped in, and everyone got wet.
        | Then {hero} built a boat out of bark. It floated, because bark is light.
        - In the evening {hero} wrote everything down. "Now I know why ships do not sink," <said:hero>.
        | That day {hero} decided to become a [captain|scientist|boat builder].
        ? What floated at first? => {a} {light} floated.
        ? What sank? => {a} {heavy} sank.
        ? Why did it sink? => It sank because it was too heavy for its size.
        ? How many things did they try? => They tried {sum} things, because {n.d} plus {m.d} is {sum.d}.
        """,
        // A wish.
        """
        = wish; result; regret: to be as tall as a house; {hero} hit {hero.his} head on every door; there was
          no bed that was long enough | to be invisible; nobody said hello to {hero} any more; even
          {friend} walked past {hero.him} | that it would always be night; the flowers closed and the birds
          stopped singing; it was cold and lonely | that everything would taste of sugar; even the soup and
          the water were sweet; {hero.his} teeth began to hurt | to talk with animals; every fly and
          every hen told {hero} its troubles; {hero.he} could not sleep for the noise
        = finder; source: a star fell from the sky; the star | {hero} found a golden fish in a net; the fish
          | {hero} freed a fairy from a spider's web; the fairy | an old lamp began to shine; the lamp
        - One night, {finder}. "You have one wish," said {source}.
        | {when}, {finder}, and so {hero} was given one wish.
        - {hero} did not think long. {hero.he} wished {wish}.
        | "I wish {wish}," {hero.he} [said at once|whispered]. There was a flash of light.
        - At first it was fun. <glad:hero>
        | The wish came true. {hero} could hardly believe it.
        - But then {result}.
        | But soon there was trouble, for {result}.
        - Worse, {regret}. <sad:hero>
        | And because of the wish, {regret}.
        - "I should have thought about it first," <said:hero>.
        | {hero} asked {elder} what to do. "Say that you are sorry," <said:elder>.
        - So {hero} called {source} and asked to have everything back as it was.
        | The next night {hero} said, "Please take my wish away." And {source} heard it.
        - In the morning everything was as before, and {hero} had never been so glad about it.
        | When {hero} woke up, the wish was gone. Was it all a dream? {hero} never found out.
        - Now, when {hero} wants something, {hero.he} thinks about what will follow.
        | "Be careful what you wish for," {hero} told {friend} later.
        ? What did {hero} wish? => {hero} wished {wish}.
        ? What happened because of it? => {result}.
        ? What did {hero} learn? => {hero} learned to think first.
        """,
        // A pet that runs away.
        """
        = pet in pets
        = name: Biscuit | Pepper | Cloud | Ginger | Button | Snowy | Pickle | Muffin
        = cause: the gate was open | {hero} had left the door open | a loud car frightened it | it had
          smelled a sausage | it had seen a butterfly
        = spot: in the baker's shop | under a parked car | in the neighbor's kitchen | on the roof of the shed
          | in a flower bed | behind the library
        = bait: a piece of cheese | its favorite toy | a bowl of milk | a crunchy carrot
        - {hero} had {a} {pet.full} named {name}. {when}, {name} ran away, because {cause}.
        | {when}, {cause}, so {hero.his} {pet} {name} ran away.
        - "{name}! Where are you?" <called:hero>. But {name} did not come.
        | {hero} looked in the yard, but there was no {pet}. <sad:hero>
        - {friend} came and helped. They asked everybody on the street, "Have you seen {a} {pet.full}?"
        | {friend} had an idea. They drew a picture of {name} and put it on every [tree|door|lamp post].
        - "I saw it near the church," said a woman. So they ran to the church, but it was not there any more.
        | They followed its tracks through the mud until the tracks stopped.
        - <atlast> they found {name} {spot}.
        | <suddenly> they heard a noise. It was {name}, {spot}!
        - {name} was afraid and did not want to come out. So {hero} held out {bait}.
        | {hero} did not run after it, because that would have scared it. Instead {hero.he} held out {bait}.
        - {name} came closer and closer, and then {hero} could take it in {hero.his} arms.
        | Because {name} was hungry, it came at once and let itself be carried home.
        - <glad:hero>
        | "Never run away again," <said:hero>, and {name} looked as if it had understood.
        - From then on {hero} always closed the gate.
        | {hero} thanked everybody who had helped, and {friend} was allowed to feed {name}.
        ? What was the name of the {pet}? => Its name was {name}.
        ? Why did {name} run away? => {name} ran away because {cause}.
        ? Where did they find {name}? => They found {name} {spot}.
        """,
        // Learning something hard.
        """
        = skill; fall; advice: ride a bike; fell into a bush; look ahead and not at your feet | swim;
          swallowed a lot of water; breathe out slowly | skate; landed on the ice again and again; bend your
          knees | whistle; made no sound at all; make your lips small and round | tie knots; got tangled up
          in the rope; start with a simple one | play the violin; made the dog howl; move the bow slowly
          | juggle; dropped the balls all the time; begin with two balls | read; mixed up the letters; go
          one letter at a time
        = days in 3...14
        - {when}, {hero} wanted to learn to {skill}. {friend} could do it already.
        | {friend} could {skill}, but {hero} could not, and that made {hero.him} jealous.
        - {hero} tried it and {fall}. <sad:hero>
        | The first time {hero} {fall}, so {hero.he} wanted to give up.
        - "I will never learn it!" <called:hero>.
        | "It is too hard for me," <said:hero>.
        - "I could not do it at first, either," <said:friend>. "You must {advice}."
        | {elder} said, "Everyone has to begin. Try again, but {advice}."
        - So {hero} tried again. It was a little better than before.
        | {hero} did what {hero.he} was told, and it helped.
        - {hero} practiced every day. After {days} days {hero.he} could {skill}.
        | For {days} days {hero} practiced, and each day it went better.
        - "Look at me!" <called:hero>. {elder} and {friend} clapped.
        | <proud:hero>
        - Now {hero} says to everyone, "If you practice, you can learn anything."
        | Because {hero.he} had not given up, {hero.he} could {skill} for the rest of {hero.his} life.
        + Soon {hero} even taught {hero.his} little cousin to {skill}.
        ? What did {hero} want to learn? => {hero} wanted to learn to {skill}.
        ? What happened the first time? => {hero} {fall}.
        ? How long did it take? => It took {days} days.
        """,
    ]
}
