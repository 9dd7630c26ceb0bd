extension StoryPlots {
    /// Plots in the garden, the forest, on the water and in all weathers.
    static let outdoors = [
        // Rain.
        """
        = place: park | meadow | playground | field | zoo | river
        = shelter: under a bridge | in an old barn | under a big tree | in a bus stop | in a tiny café
          | in the baker's shop
        = thing in clothes
        - {when}, the sun was shining, so {hero} and {friend} went to the {place} without [a coat|coats or
          umbrellas].
        | {when}, {hero} and {friend} <walked> to the {place}. The sky was blue, so they left their coats at
          home.
        - But [a strong wind came up|dark clouds came over the hill|the air grew cool], and the sky turned
          [gray|black].
        | After an hour, big clouds hid the sun.
        - "It is going to rain," <said:friend>. A moment later the first drops fell.
        | "Look at that cloud!" <called:friend>. Then it began to rain.
        - It rained so hard that their clothes were soon wet.
        | The rain came down in buckets, and {hero}'s {thing.full} was dripping wet.
        | Lightning flashed, and then the thunder rolled. <afraid:hero>
        - They ran as fast as they could and stood {shelter}.
        | "Quick, this way!" <called:hero>. They found a dry place {shelter}.
        - They waited there and [sang songs|told stories|counted the seconds between lightning and
          thunder|played a guessing game] until the rain stopped.
        | {friend} was cold, so {hero} [rubbed {friend.his} hands|told {friend.him} to hop up and down].
        - Then the sun came out again. Because there was still rain in the air, a rainbow stood over the
          {place}.
        | Then they could go on. The ground was full of puddles, so they jumped from one to the next.
        - At home {elder} gave them dry clothes and [hot tea|hot chocolate|warm soup].
        | "You are soaked!" <called:elder>. {elder.He} hung their clothes by the fire to dry.
        + "Next time we will take an umbrella," <said:hero>.
        ? Where did they go? => They went to the {place}.
        ? Why did they get wet? => They got wet because it rained and they had no coats.
        ? Where did they stay dry? => They stayed dry {shelter}.
        """,
        // Snow.
        """
        = nose in vegetables
        = n in 2...4
        - One winter morning, {hero} looked out of the window. Everything was white, because it had snowed
          all night.
        | It was winter. During the night it had snowed, so the [garden|road|roof] was white when {hero}
          woke up.
        - "Snow!" <called:hero>. {hero.He} put on [boots and a hat|a thick coat|two pairs of socks] and
          ran outside.
        | {hero} ran to {friend}'s house and knocked. "Come out! We can build a snowman," <said:hero>.
        - They rolled {n} big balls of snow. The balls grew bigger and bigger as they rolled.
        | First they made a big ball, then a smaller one, and they set the small one on top.
        - For the nose they took {a} {nose}, and for the eyes they took two [stones|buttons|nuts].
        | {friend} had brought {a} {nose} for the nose, and {hero} found two [stones|nuts] for the eyes.
        - The snowman looked so funny that they both laughed.
        | "He looks like our mailman!" <called:friend>, and they laughed until their sides hurt.
        - Their hands were cold, so they went in and drank hot [chocolate|milk|tea].
        | Soon their fingers were so cold that they had to go inside and sit by the stove.
        - But in the afternoon the sun came out, and it grew warm. So the snowman became smaller and smaller.
        | The next day it was warm, so the snow began to melt.
        - <soon> only the {nose} was left in a puddle of water.
        | <atlast> there was only a puddle with {a} {nose} in it.
        - <sad:hero>
        | "Where did he go?" <asked:friend>. "Snow turns to water when it is warm," <replied:elder>.
        - "Do not be sad," <said:elder>. "Winter is long. It will snow again."
        | "We will build another one," <said:friend>, and that made {hero} smile.
        ? What did they build? => They built a snowman.
        ? What was the nose? => The nose was {a} {nose}.
        ? Why did the snowman melt? => It melted because it grew warm.
        """,
        // An animal in trouble.
        """
        = animal in wildlife
        = trouble; rescue: had hurt its leg; put a bandage around its leg | was caught in a fence; bent
          the wire apart | had fallen into a hole; lowered a branch so that it could climb out | was stuck
          in a net; cut the net with scissors | had lost its mother; stayed with it until its mother came
          | was thirsty and weak; gave it water from a small bowl | had a thorn in its foot; pulled the
          thorn out
        = place: the forest | the garden | the park | a field behind the house | the old orchard
        = days in 2...9
        - {when}, {hero} and {friend} walked through {place}. <suddenly> they heard a [small|soft|sad] cry.
        | {when}, {hero} was playing in {place} when {hero.he} heard a strange sound [behind a bush|in the
          grass|near a tree].
        - It was {a} {animal.full}. It {trouble}, so it needed help.
        | There sat {a} {animal.full} that {trouble}.
        - <sad:hero>
        | "Poor little thing!" <called:hero>.
        - "Do not touch it yet," <said:friend>. "It is afraid of us." So they sat down and waited quietly.
        | The {animal} was afraid, so {hero} spoke to it softly until it grew calm.
        - Then {hero} slowly came closer and {rescue}.
        | {elder} showed them what to do, and then {hero} {rescue}.
        - {hero} took care of the {animal} for {days} days, and each day it grew stronger.
        | They gave it [some food|seeds and berries|bread crumbs] and let it rest for {days} days.
        - When it was well again, they let it go, because wild animals need to be free.
        | <atlast> it was strong enough. It looked back once and then disappeared among the trees.
        - <glad:hero>
        | Sometimes, when {hero} walks through {place}, {a} {animal} comes very close and is not
          afraid at all.
        | Because they had been kind, the {animal} often came back to visit them.
        ? What kind of animal did they find? => They found {a} {animal.full}.
        ? What was wrong with it? => It {trouble}.
        ? What did {hero} do? => {hero} {rescue}.
        ? How long did it need to get well? => It needed {days} days.
        """,
        // Seeds.
        """
        = plant in vegetables
        = n in 5...12
        = lost in 1...3
        = rest is n - lost
        = thief: a hungry bird | a snail | a greedy mouse | a rabbit
        - In spring, {elder} gave {hero} {n} seeds. "[Plant them and wait|If you take care of them, you will
          be surprised]," <said:elder>.
        | One spring day, {hero} found {n} seeds in an old jar and wanted to know what would grow from them.
        - {hero} dug {n} little holes in the garden and put one seed into each.
        | {hero} and {friend} dug {n} holes, and into every hole they dropped one seed.
        - The next day {hero} looked, but there was nothing to see. <sad:hero>
        | "Nothing is happening," <said:hero>. "Seeds need time, water, and sun," <replied:elder>.
        - So {hero} watered them every [day|evening], and the sun warmed the soil.
        | It did not rain for a week, so {hero} carried water from the [well|pump|pond].
        - But {thief} ate {lost} of them, so only {rest} were left.
        | One night {thief} came and ate {lost}. Because {n.d} minus {lost.d} is {rest.d}, {rest} remained.
        - {hero} built a little fence, and after that the plants were safe.
        | {friend} had an idea: they put up a scarecrow, and the thief stayed away.
        - The plants grew taller and taller, because they had enough water and light.
        | First there were green tips, then leaves, and then small white flowers.
        - In the fall, {hero} pulled {rest of plant} out of the ground. The biggest one was so heavy that
          {friend} had to help.
        | In the end, there were {rest of plant}, and {elder} cooked a fine meal from them.
        - <proud:hero>
        | {hero} kept a few seeds so that {hero.he} could plant them next year.
        ? How many seeds did {hero} plant? => {hero} planted {n} seeds.
        ? Who ate some of the plants? => It was {thief}.
        ? How many were left? => {rest} were left, because {n.d} minus {lost.d} is {rest.d}.
        ? What grew in the garden? => {plant.s} grew in the garden.
        """,
        // The beach.
        """
        = thing in finds
        = n in 3...9
        = m in 3...9
        = sum is n + m
        = given in 1...3
        = rest is sum - given
        - {when}, {elder} took {hero} and {friend} to the [beach|lake|river].
        | {when}, {hero} and {friend} walked along the [shore|river|beach] and looked at the ground.
        - {hero} found {n of thing}, and {friend} found {m of thing}.
        | {hero} picked up {n of thing}. {friend} was lucky as well and picked up {m}.
        - They counted them. {n} and {m} made {sum}.
        | "How many do we have together?" <asked:friend>. {hero} counted: "{sum.d}!"
        - They put them into a [bucket|bag|hat] and [sat down|began to build a castle of sand].
        | Because they had so many, they laid a [star|circle|long line|heart] on the sand.
        - But then a big wave came and took {given} of them away, so {rest} were left.
        | A [boy|girl] came by who had none at all, so they gave {given} away. Then they had {rest}.
        - "{sum.d} minus {given.d} is {rest.d}," <said:elder>. "You can count very well."
        | "It does not matter," <said:hero>. "{rest} is still a lot."
        - They [swam|splashed|played] until the sun stood low and their lips were blue.
        | The water was cold, so they wrapped themselves in big towels.
        - At home {hero} put the prettiest {thing} on the window sill.
        | {hero} gave {elder} the best one, {a} {thing.full}, as a present.
        ? How many {thing.s} did {hero} find? => {hero} found {n of thing}.
        ? How many did they find together? => They found {sum.d}, because {n.d} plus {m.d} is {sum.d}.
        ? How many were left? => {rest.d} were left.
        """,
        // The kite in the tree.
        """
        = thing: kite | ball | paper plane | cap | red balloon
        = try; failure: threw a stick at it; the stick got stuck as well | jumped as high as
          {hero.he} could; it was still too high | shook the tree; only leaves came down | called
          to it; it did not move | pulled at a branch; the branch broke off
        = idea: fetched a long ladder | sat on {friend}'s shoulders | tied a hook to a long pole
          | asked the tall [mailman|gardener|baker] for help | waited until the wind blew it down
        - {when}, there was a strong wind, and {hero} played with {a} {thing} on the hill.
        | {when}, {hero} and {friend} took {a} {thing} to the [hill|meadow|park], because the wind was strong.
        - The wind carried it higher and higher until it [got caught in|landed in] a tall tree.
        | A gust of wind took it away, and it was caught in the top of an oak.
        - <sad:hero>
        - First {hero} {try}, but {failure}.
        | {hero} {try}, but that did not help, because {failure}.
        - "We need a better plan," <said:friend>. They sat down in the grass and thought.
        | "Let us think before we try again," <said:friend>.
        - Then {hero} had an idea. {hero.he} {idea}, and that worked.
        | <atlast> {hero} {idea}. And so they got the {thing} back.
        - "We did it!" <called:friend>.
        | They were so happy that they danced around the tree.
        - Then they went to an open field, where there were no trees, so it could not happen again.
        | After that, they stayed away from trees when the wind was strong.
        ? Where did the {thing} end up? => It was caught in a tree.
        ? What did {hero} try first? => {hero} {try}, but {failure}.
        ? How did they get it back? => {hero} {idea}.
        """,
        // Fishing.
        """
        = n in 2...5
        = bait: a worm | a piece of bread | a bit of cheese | some corn
        = catch: an old boot | a rusty can | a tangle of weeds | a broken umbrella | a wet sock
        - {when}, {hero} and {elder} went fishing. They got up early, because fish bite best when it is quiet.
        | {when}, {elder} took {hero} out on the lake in a small boat. They wanted to catch fish.
        - {hero} put {bait} on the hook and threw the line into the water. Then they waited.
        | {elder} showed {hero} how to tie the hook. {hero} used {bait} as bait.
        - They waited a long time. {hero} grew tired of it and began to sing. "Hush," <said:elder>. "You will
          scare the fish away."
        | Nothing happened for an hour, so {hero} nearly fell asleep.
        - <suddenly> the line moved! {hero} pulled and pulled, but it was only {catch}.
        | Then something pulled at the line. {hero} pulled it up, but it was {catch}.
        - {hero} was disappointed, but {elder} laughed so much that the boat rocked.
        | "That will not taste good," <said:elder>, and they both laughed.
        - "Try again," <said:elder>. {hero} tried again and sat as still as a stone.
        | {hero} did not give up. {hero.he} put new bait on the hook and sat very still.
        - Because it was quiet now, the fish came closer, and {hero} caught {n} of them.
        | This time it was a real fish, and in the end they had {n}.
        - One fish was very small, so {hero} put it back into the water and let it grow.
        | They cooked the fish over a fire, and {friend} came to eat with them.
        - {hero} learned that waiting is hard, but worth it.
        | "Now I know why you must be patient," <said:hero>.
        ? What bait did {hero} use? => {hero} used {bait}.
        ? What did {hero} catch first? => First {hero} caught {catch}.
        ? How many fish did they catch? => They caught {n} fish.
        """,
    ]
}
