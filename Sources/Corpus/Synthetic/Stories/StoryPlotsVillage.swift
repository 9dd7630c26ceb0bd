extension StoryPlots {
    /// Plots among people: market, school, journeys, neighbors.
    static let village = [
        // The market.
        """
        = seller; sellers: the farmer; the farmer | an old woman; the woman | the gardener; the gardener
          | a man with a gray beard; the man | a girl with a straw hat; the girl | a tall woman; the woman
        = thing in goods
        = fruit in fruits
        = n in 2...5
        = price in 2...4
        = cost is n * price
        = big in 6...12
        = purse is cost + big
        - {when}, {elder} gave {hero} {purse.d} coins and sent {hero.him} to the market.
        | {when}, {hero} and {friend} went to the market with {purse.d} coins in a little bag.
        - The market was full of people, [so it was loud|and it smelled of bread and flowers].
        | There were [red tents|long tables|wooden carts], and everyone was calling out prices.
        - {seller} sold {fruit.s}. "One {fruit} costs {price.d} coins," said {sellers}.
        | "Fresh {fruit.s}!" called {seller}. "Only {price.d} coins each!"
        - {hero} took {n of fruit}. "{n.d} times {price.d} is {cost.d}," {hero.he} said and paid {cost.d} coins.
        | {hero} wanted {n of fruit}, so {hero.he} had to pay {cost.d} coins.
        - Now {hero.he} had {big.d} coins left, because {purse.d} minus {cost.d} is {big.d}.
        | {hero} counted the rest of the money. There were {big.d} coins.
        - Then {hero.he} saw {a} {thing.full} that cost exactly {big.d} coins. {hero} thought for a while.
        | At the next table there was {a} {thing.full} for {big.d} coins. "{elder} would like that,"
          <said:hero>.
        - So {hero} bought it and came home without a single coin.
        | {hero} gave away all the coins that were left, took the {thing}, and walked home.
        - {elder} looked surprised. "For me?" <asked:elder>. "Yes, because you always think of us,"
          <said:hero>.
        | {elder} was so happy about the {thing.full} that {elder.he} gave {hero} a hug.
        - Then they ate the {fruit.s} together.
        | The {fruit.s} were so good that soon none were left.
        ? How much did one {fruit} cost? => One {fruit} cost {price.d} coins.
        ? How much did {hero} pay for {n of fruit}? => {hero} paid {cost.d} coins, because {n.d} times {price.d} is
          {cost.d}.
        ? How many coins were left after that? => {big.d} coins were left, because {purse.d} minus {cost.d} is
          {big.d}.
        ? What did {hero} buy for {elder}? => {hero} bought {a} {thing.full}.
        """,
        // A lesson at school.
        """
        = teacher: Miss Hill | Miss Gray | Miss Lopez | Miss Novak
        = thing in snacks
        = n in 3...12
        = m in 3...12
        = sum is n + m
        = wrong is sum + 1
        - {when}, {teacher} wrote "{n.d} + {m.d}" on the board. "Who knows the answer?" asked {teacher}.
        | {when} at school, {teacher} asked the class, "What is {n.d} plus {m.d}?"
        - {friend} raised {friend.his} hand at once. "{wrong.d}!" <said:friend>.
        | {friend} counted on {friend.his} fingers, but {friend.he} had only ten of them. "Is it {wrong.d}?"
          <asked:friend>.
        - "Not quite," said {teacher}. Some children laughed, so {friend} turned red.
        | "That is very close," said {teacher} kindly.
        - {hero} wanted to help, so {hero.he} [drew {n of thing} and then {m} more|laid out {n} pencils and
          then {m} more]. "Now count them all," {hero.he} said.
        | {hero} whispered, "Think of {n of thing}. Then you get {m} more."
        - {friend} counted slowly: there were {sum.d}. "{n.d} plus {m.d} is {sum.d}!" <called:friend>.
        | {friend} thought hard. Then {friend.his} eyes lit up. "It is {sum.d}!" <called:friend>.
        - "Right!" said {teacher}. "How did you find out?" "{hero} showed me how," <replied:friend>.
        | {teacher} smiled, because the answer was right.
        - <proud:friend>
        - At lunch {friend} shared {friend.his} {thing} with {hero}, because {hero} had helped.
        | From that day on they did their homework together, and numbers became easier and easier.
        | Because {friend} practiced every evening, {friend.he} was soon one of the best in the class.
        ? What is {n.d} plus {m.d}? => {n.d} plus {m.d} is {sum.d}.
        ? What was {friend}'s first answer? => {friend} said {wrong.d}, but that was one too many.
        ? Who helped {friend}? => {hero} helped {friend}.
        ? Who was the teacher? => The teacher was {teacher}.
        """,
        // A journey.
        """
        = vehicle; stop; sight; trouble; fix: train; station; cows in the fields; a tree lay across the tracks; the workers sawed the
          tree into pieces | bus; bus stop; wind turbines on the hills; one of the tires was flat; the driver changed the tire | ship;
          harbor; dolphins in the waves; the fog was too thick; the captain waited until the fog was gone | wagon; gate; rabbits by the road; a wheel
          broke off; {elder} put on a new wheel | car; gas station; goats by the road; the motor stopped; a kind farmer
          pulled it with a tractor
        = goal: the mountains | the sea | the capital | the desert | a big lake | the islands
        = relative: a cousin | an old friend | an aunt | a cousin's family
        = hours in 2...9
        - {when}, {hero} and {elder} went on a journey to {goal}, because {relative} had invited them.
        | {when}, a letter came. It was from {relative} who lived near {goal}, and so {hero} and {elder}
          packed their bags.
        - They went to the {stop} and got on the {vehicle}. The trip would take {hours} hours.
        | "It takes {hours} hours by {vehicle}," <said:elder>. {hero} could hardly wait.
        - {hero} looked around and saw {sight}. "Look!" {hero.he} called.
        | There were {sight}, and a [boy|girl] waved at them, so {hero} waved back.
        - <suddenly> the {vehicle} stopped, because {trouble}.
        | But half of the way there, {trouble}, so the {vehicle} could not go on.
        - "Will we ever get there?" <asked:hero>. "Of course," <replied:elder>. "Be patient."
        | Everybody had to wait. {hero} was bored, so {elder} taught {hero.him} a new [game|song|word].
        - Then {fix}, and the {vehicle} could go on.
        | After an hour, {fix}. "Here we go!" <called:hero>.
        - Because of the delay it was dark when they arrived, but {relative} was waiting with a lantern.
        | When they reached {goal}, it was late. {hero} was tired but happy.
        - The next day they saw {goal} in the [bright|morning] sun, and it was more beautiful than any picture.
        | {hero} sent {friend} a postcard, so that {friend.he} could see {goal}, too.
        ? Where did they go? => They went to {goal}.
        ? How did they travel? => They went by {vehicle}.
        ? Why did the {vehicle} stop? => It stopped because {trouble}.
        ? How long was the trip? => The trip was to take {hours} hours.
        """,
        // Carrying for a neighbor.
        """
        = neighbor; neighbors: old Miss Weber; Miss Weber | old Captain Brook; Captain Brook | Farmer
          Green; Farmer Green | old Miss Park; Miss Park
        = load; reason: a heavy bag; the bag was full of potatoes | a big box; the box was full of books
          | a basket of wood; winter was near | two buckets of water; the pump in the house was broken
          | a sack of flour; the mill was far away
        = gift in snacks
        = n in 2...6
        - {when}, {hero} saw {neighbor} on the road with {load}. It was very heavy, because {reason}.
        | {when}, {neighbor} came up the hill with {load}. {neighbors} had to stop at every corner, for
          {reason}.
        - {hero} wanted to play with {friend}, but {hero.he} stopped.
        | {friend} called, "Come on, the game begins!" But {hero} did not go.
        - "May I help you?" <asked:hero>.
        | "That looks heavy. Let me carry it," <said:hero>.
        - "Oh, that would be wonderful," said {neighbors}. "My back hurts today."
        | "You are a good {hero.kind}," said {neighbors}.
        - It was too heavy for one, so {hero} called {friend}, and they carried it together.
        | {hero} took one side and {friend} took the other, and so it was only half as heavy.
        - They had to climb {n} flights of stairs, so they were out of breath when they arrived.
        | At the door they put it down. <tired:hero>
        - {neighbors} was so grateful that both of them got {a} {gift.full}.
        | To thank them, {neighbors} took {gift.fulls} out of the oven and told them a story from long ago.
        - <glad:hero>
        | "Helping feels better than playing," <said:friend>.
        | They were late for the game, but neither of them minded.
        ? Who needed help? => {neighbor} needed help.
        ? Why was it so heavy? => It was heavy because {reason}.
        ? What did they get as thanks? => They got {gift.s}.
        """,
        // Eggs on the farm.
        """
        = animal in farmyard
        = n in 3...9
        = m in 3...9
        = sum is n + m
        = broken in 1...2
        = rest is sum - broken
        - {when}, {hero} and {friend} helped on Farmer Dan's farm. "Please collect the eggs," said the farmer.
        | {when}, {hero} visited a farm. The hens had laid many eggs, and someone had to collect them.
        - {hero} found {n} eggs in the barn, and {friend} found {m} in the hay. Together they had {sum}.
        | In the first nest there were {n} eggs and in the second there were {m}, so {hero} had {sum} eggs.
        - On the way back, {a} {animal.full} stood in the path and did not move.
        | <suddenly> {a} {animal.full} ran across the yard.
        - {hero} was startled and stumbled, so {broken} of the eggs fell down and broke.
        | {hero} jumped aside so fast that the basket shook, and {broken} of the eggs broke.
        - "Oh dear," <said:hero>. "Now only {rest} are left, because {sum.d} minus {broken.d} is {rest.d}."
        | {hero} counted again. There were only {rest} eggs in the basket.
        - The farmer was not angry. "{rest} eggs are enough for a big omelet," said the farmer.
        | "I am sorry," <said:hero>. "That happens to me every week," said the farmer and winked.
        - Then {friend} gave the {animal} some [hay|water|grass], so it moved out of the way.
        | The {animal} was just hungry, so they fed it, and after that it followed them everywhere.
        - They ate eggs and bread for breakfast, and everyone was full.
        | When they went home, they smelled of hay and were very content.
        ? How many eggs did they collect? => They collected {sum} eggs.
        ? Why did some eggs break? => They broke because {a} {animal} startled {hero}.
        ? How many eggs were left? => {rest} eggs were left.
        """,
        // The letter.
        """
        = far: over the mountains | on the other side of the sea | in a big city | on an island | in the
          far north
        = reader: {hero.his} cousin | a sailor | {hero.his} old teacher | {hero.his} big sister | {hero.his}
          big brother
        = error; effect: forgot the stamp; the letter came back | wrote the wrong street; the letter went
          to a stranger | wrote with the wrong pen; nobody could read the address | dropped the letter on
          the way; a dog carried it around all day
        = gift in treasures
        - {when}, {hero} missed {reader}, who lived {far}. So {hero.he} decided to write a letter.
        | {reader} lived {far}. {when}, {hero} thought, "I will write a letter."
        - {hero} wrote about [{friend} and the school|the weather and the garden|the new puppy|everything that
          had happened], and drew a picture at the end.
        | It took a long time, because {hero} wanted every word to be right.
        - But {hero} {error}, so {effect}.
        | {hero} was in a hurry and {error}. Because of that, {effect}.
        - <sad:hero>
        - "You can always try again," <said:elder>. So {hero} wrote a second letter, and this time
          {hero.he} checked everything twice.
        | {friend} helped {hero.him} to do it again. "Now it is right," <said:friend>.
        - The mailman put it into his bag, a train took it far away, and <atlast> it arrived.
        | Then {hero} waited. One day went by, then two, then a whole week.
        - Two weeks later, the mailman brought a small box. In it lay {a} {gift.full} and an answer.
        | <atlast> an answer came, and with it came {a} {gift.full}.
        - "Your letter made me so happy that I read it three times," it said.
        | "Dear {hero}, I was lonely, but your letter made me laugh," it said.
        - <glad:hero>
        ? To whom did {hero} write? => {hero} wrote to {reader}.
        ? What went wrong? => {hero} {error}, so {effect}.
        ? What was in the box? => There was {a} {gift.full} in it.
        """,
    ]
}
