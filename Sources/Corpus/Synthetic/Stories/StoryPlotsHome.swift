/// What can happen in a story: each text is one plot, causes told before their effects.
enum StoryPlots {
    /// Plots that take place in and around the house.
    static let home = [
        // Lost and found.
        """
        = thing in toys
        = spot; answer: under the bed; It had rolled under the bed | behind the sofa; It had fallen
          behind the sofa | in the laundry basket; It was among the dirty clothes | under the old
          apple tree; It had been left in the garden | in the dog's basket; The dog had taken it
          | on top of the cupboard; {elder} had put it there while cleaning | in the car; It had been
          forgotten on the back seat | in {friend}'s bag; {friend} had packed it by mistake
        - {when}, {hero} wanted to play with {hero.his} {thing.full}, but it was gone.
        | {when}, {hero} could not find {hero.his} {thing.full} [anywhere|in the toy box].
        | {hero} had {a} {thing.full} that {hero.he} loved very much. {when}, it was missing.
        - <sad:hero>
        - "Where is my {thing}?" <asked:hero>.
        | "My {thing} is gone!" <called:hero>.
        | "Have you seen my {thing}?" {hero.he} asked {elder}.
        - "When did you last play with it?" <asked:elder>.
        | {elder} said, "Let us think. Where did you have it yesterday?"
        | "Do not worry," <replied:elder>. "Things do not walk away. We will look for it."
        - {hero} and {friend} looked [in every room|everywhere]. They looked [in the kitchen|under the
          table|in the bathtub|behind the door], but the {thing} was not there.
        | {friend} came to help. First they searched the hall, and then they searched the bedroom.
        | They opened every box and every drawer. They found {a} [sock|spoon|pencil|comb|button], but no {thing}.
        - <atlast> {hero} looked {spot}. There was the {thing}!
        | Then {friend} had an idea and looked {spot}. "Here it is!" <called:friend>.
        | <soon> {hero} saw something {thing.adj} {spot}. It was the {thing}!
        - {answer}.
        | {answer}, and that is why nobody had seen it.
        - <glad:hero>
        - After that, {hero} always put the {thing} back on the shelf.
        | From then on, {hero} took better care of {hero.his} {thing}.
        | Because {friend} had helped, {hero} let {friend.him} play with the {thing} first.
        ? What did {hero} lose? => {hero} lost {hero.his} {thing}.
        ? Where was the {thing}? => It was {spot}.
        ? Why could nobody see the {thing}? => {answer}.
        """,
        // Baking.
        """
        = cake; filling: an apple cake; apples | a carrot cake; carrots | a cherry pie; cherries | a
          plum tart; plums | a banana bread; bananas | a pumpkin pie; pumpkin | a lemon cake; lemons
          | a cheese pie; cheese | a chocolate cake; chocolate
        = occasion: it was {friend}'s birthday | guests were coming | it was raining outside
          | the school had a fair | {elder} had been ill and needed cheering up
        = n in 2...6
        = mishap; effect; remedy: {hero} forgot the sugar; the dough tasted of nothing; added a cup of
          sugar | {hero} dropped an egg; the floor was slippery; wiped it up with a cloth | the milk
          boiled over; the kitchen filled with smoke; opened all the windows | {friend} sneezed into the flour; a
          white cloud filled the kitchen; opened the window | {hero} used salt instead of sugar; the
          dough tasted awful; started all over again | the bowl was too small; the dough ran over the
          rim; fetched a bigger bowl
        - {when}, {hero} and {elder} baked {cake}, because {occasion}.
        | {when}, {hero} wanted to bake {cake}, since {occasion}.
        | Because {occasion}, {hero} and {friend} decided to bake {cake}.
        - They needed flour, butter, sugar, {n} eggs, and {filling}.
        | {hero} fetched the flour and the sugar, {friend} fetched {n} eggs, and {elder} fetched the
          {filling}.
        | "We need {n} eggs," <said:elder>. {hero} took {n} eggs out of the fridge.
        - First they [mixed|stirred] everything in a [big|blue|large] bowl.
        | {hero} stirred until {hero.his} arm hurt.
        | {hero} cracked the eggs and {friend} stirred the dough.
        - But {mishap}, so {effect}.
        | Then {mishap}. Because of that, {effect}.
        - "Oh no!" <called:hero>. But {elder} only laughed and {remedy}.
        | "That can happen to anyone," <replied:elder>. Together they {remedy}.
        - Then they put it into the hot oven and waited. The kitchen began to smell [wonderful|sweet|good].
        | The oven was hot, so the dough rose higher and higher.
        - When the bell rang, {elder} took it out of the oven. It was [golden|brown] on top.
        | After an hour it was done. It was so hot that they had to wait before they could taste it.
        - Everybody had a piece, and soon the plate was empty.
        | It tasted so good that {friend} asked for [another piece|more].
        | "This is the best I have ever had," <said:friend>, and {hero} was proud.
        ? What did they bake? => They baked {cake}.
        ? Why did they bake? => They baked because {occasion}.
        ? How many eggs did they need? => They needed {n} eggs.
        ? What went wrong? => {mishap}, so {effect}.
        """,
        // Soup.
        """
        = root in vegetables
        = herb: parsley | pepper | garlic | basil | thyme
        = n in 3...8
        = m in 2...6
        = sum is n + m
        - {when}, it was [cold|windy|wet] outside, so {elder} wanted to cook a pot of soup.
        | {when}, {hero} came home hungry. "Let us make soup," <said:elder>.
        - {hero} washed {n of root}, and {friend} washed {m} more. Now there were {sum of root} in the
          pot.
        | {hero} cut {n of root} into small pieces, and {elder} cut {m}. That made {sum of root}.
        - {elder} lit the stove, and the water [began to boil|grew hot and bubbled].
        | The fire was strong, so the water was soon hot and began to bubble.
        - Steam rose from the pot, so the window turned white.
        | {hero} stirred the soup [slowly|with a long spoon] so that it would not burn.
        - {hero} tasted it. "It needs something," <said:hero>. So {elder} added some {herb}.
        | It tasted too plain, so {hero} put in a pinch of {herb}.
        - But the soup was too hot, and {friend} burned {friend.his} tongue. "Ouch!" <called:friend>.
        | {friend} did not want to wait and burned {friend.his} tongue. "Blow on it first," <said:elder>.
        - {hero} gave {friend.him} a glass of cold water, and soon the pain was gone.
        | {friend} drank some cold water, so it did not hurt for long.
        - Then everyone blew on the soup until it was just right, and they emptied their bowls.
        | When the soup had cooled, they ate it with [bread|toast|rice]. It warmed them from the inside.
        ? How many {root.s} were in the soup? => There were {sum of root}, because {n.d} plus {m.d} is {sum.d}.
        ? Why did {friend} need cold water? => {friend} had burned {friend.his} tongue on the hot soup.
        ? What did they add? => They added some {herb}.
        """,
        // Something broken, and the truth.
        """
        = item: vase | teapot | mirror | lamp | plate | flower pot | picture frame
        = cause: a ball hit the {item} | {hero} bumped into the {item} | {friend}'s foot caught on the rug and
          {hero}'s elbow hit the {item} | {hero} ran too fast and slid into the {item} | {hero} swung a
          pillow and it struck the {item}
        - {when}, {hero} and {friend} played [ball|tag|catch] in the house, although {elder} had told them
          not to.
        | {when}, it was too wet to play outside, so {hero} and {friend} ran around in the house.
        - Then {cause}, and it [broke|fell and broke] into pieces.
        | <suddenly> there was a loud crash. The {item} was broken, because {cause}.
        - <afraid:hero>
        | {hero} turned pale.
        - "We could hide the pieces," whispered {friend}. {hero} thought about it, but {hero.his} tummy
          felt bad.
        | "Let us say that the cat did it," <said:friend>. But {hero} shook {hero.his} head.
        - <soon> {elder} came into the room. "What happened here?" <asked:elder>.
        | <soon> {elder} came home and saw the broken {item}.
        - "I broke the {item}," <said:hero>. "I am sorry."
        | {hero} took a deep breath and told {elder} everything.
        - {elder} was not happy about the {item}, but {elder.he} was glad that {hero} had told the truth.
        | "Thank you for telling me the truth," <said:elder>. "That was brave."
        - Because they had made the mess, {hero} and {friend} swept the floor.
        | Then they glued the pieces together. It took all [evening|day], but they did it.
        | {hero} wanted to make up for it, so {hero.he} washed the dishes for a week.
        - <glad:hero>
        | {hero} learned that the truth is better than a lie, even when it is hard.
        ? What was broken? => The {item} was broken.
        ? How did it happen? => It broke because {cause}.
        ? Did {hero} tell the truth? => Yes, {hero} told {elder} the truth.
        """,
        // A sick day.
        """
        = cause; ailment; cure: {hero} had played in the rain without a coat; a bad cold; hot tea with
          honey | {hero} had eaten too many sweets; a sore tummy; peppermint tea and dry toast
          | {hero} had slept without a blanket; a cough; warm milk and a thick scarf | {hero} had
          shouted all day at the game; a sore throat; a spoon of honey | {hero} had stayed in the sun too
          long; a headache; cool water and a dark room | {hero} had walked in wet shoes; a fever; rest and
          chicken soup
        - The day before, {cause}.
        | One day, {cause}.
        - {when}, {hero} woke up with {ailment}.
        | Because of that, {hero.he} had {ailment} when {hero.he} woke up.
        | That was not clever, for {when} {hero.he} had {ailment}.
        - "I do not feel well," <said:hero>.
        | "I feel terrible," {hero} [whispered|groaned].
        - {elder} put a hand on {hero.his} forehead and told {hero.him} to stay in bed. Then the doctor came.
        | {elder} looked worried and called the doctor.
        - The doctor had a black bag and [listened to {hero.his} chest|looked into {hero.his}
          mouth|counted {hero.his} heartbeats]. "It is {ailment}," said the doctor. "You need {cure}."
        | "You have {ailment}," said the doctor. "{cure} will help."
        - So {elder} brought {cure}, and {hero} slept [all day|for a long time].
        | {hero} did what the doctor said, so {hero.he} had {cure} and then slept.
        + {friend} could not come in, so {friend.he} waved through the window.
        | {friend} brought a [card|flower|picture book], which made {hero} smile.
        - Two days later {hero} felt much better and could go out to play again.
        | <soon> {hero} was well again. {hero.he} jumped out of bed and ran outside.
        - From then on {hero} was more careful.
        | "Next time I will be more careful," <said:hero>.
        ? What was wrong with {hero}? => {hero} had {ailment}.
        ? Why was {hero} ill? => {hero} was ill because {cause}.
        ? What helped? => {cure} helped.
        """,
        // A noise in the dark.
        """
        = noise; source: a scratching sound; a branch that scratched the window | a soft thump; the cat,
          which had jumped off the shelf | a strange humming; the old fridge in the kitchen | a creak; the
          stairs, which creak when it gets cold | a tapping sound; the rain, which dripped on the window
          sill | a rustle; a mouse that had found a bag of nuts | a low whistle; the wind in the chimney
        - One night, {hero} lay in bed and could not sleep, because {hero.he} heard {noise}.
        | One night, {hero} woke up because there was {noise}.
        - <afraid:hero>
        - {hero} pulled the blanket over {hero.his} head. But then {hero.he} heard it again.
        | "Is anybody there?" {hero} whispered. Nobody answered.
        | It was so dark that {hero} could see nothing at all.
        - "{elder}!" <called:hero>. {elder} came at once and turned on the light.
        | {hero} called {elder}, and {elder} came with a [candle|flashlight].
        - "There is a monster in my room," <said:hero>.
        | "I heard {noise}," <said:hero>. "It must be a ghost."
        - "Let us look together," <said:elder>. "When you know what it is, you are not afraid of it."
        | {elder} took {hero} by the hand, and they [looked|listened] very carefully.
        - Then they found out what it was. It was {source}.
        | It was not a monster. It was only {source}.
        - {hero} laughed, because it was nothing to be afraid of.
        | {hero} was so relieved that {hero.he} laughed out loud.
        - Soon {hero.he} slept [deeply|well] until the sun came up.
        | After that, {hero} knew the sound and was not afraid of it any more.
        + The next day {hero} told {friend} about it. "I would have been scared, too," <said:friend>.
        ? What did {hero} hear? => {hero} heard {noise}.
        ? Was it a monster? => No, it was {source}.
        ? Who came to help? => {elder} came to help.
        """,
    ]
}
