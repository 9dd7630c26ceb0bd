/// How stories begin and, when nothing more happens, how they close.
enum StoryOpenings {
    static let openings = [
        """
        = trait; habit: curious; asked a lot of questions | kind; liked to help people | brave;
          climbed the highest trees | quiet; liked to read books | cheerful; sang all day long
          | clever; could solve any riddle | gentle; was good with animals | lively; could not sit
          still | patient; never gave up | careful; always looked twice
        - Once upon a time, there was {a} {hero.kind} named {hero}. {hero.he} lived {home} with {elder}.
        | Once there was {a} {trait} {hero.kind} named {hero} who lived {home} with {elder}.
        | {hero} was {a} {trait} {hero.kind} who lived {home} with {elder}.
        | There once was {a} {hero.kind} called {hero}. {hero.he} and {elder} lived {home}.
        - {hero} was {trait}, so {hero.he} {habit}.
        | Because {hero} was {trait}, {hero.he} {habit}.
        | Everyone knew that {hero} was {trait}, for {hero.he} {habit}.
        - {hero.his} best friend was {a} {friend.kind} named {friend}.
        | {hero} had a good friend called {friend}.
        | {hero.he} often played with {a} {friend.kind} named {friend}, who lived nearby.
        | {friend} lived next door, and so {hero} and {friend} had become friends.
        """,
        """
        = like; liking: draw; painted pictures of trees | sing; knew many songs | swim; was as quick
          as a fish | read; had books under the bed | climb trees; had scratches on both knees
          | play the flute; practiced every day | count things; knew big numbers | build towers;
          owned a hundred blocks | look at the stars; stayed up late | collect stones; had heavy
          pockets | bake; often smelled of sugar | ask riddles; knew a new one every day
        - {hero} and {friend} were [best|good|old] friends. They lived {home}.
        | Two friends lived {home}. Their names were {hero} and {friend}.
        | {hero} and {friend} lived {home} and did almost everything together.
        - {hero} liked to {like}, so {hero.he} {liking}.
        | {hero} loved to {like}. {hero.he} {liking}.
        | Of all things, {hero} liked best to {like}, and {hero.he} {liking}.
        + {hero} lived with {elder}, who was [kind and patient|wise and funny|always busy].
        | {hero.his} family was small: there was just {hero} and {elder}.
        """,
        """
        = age in 5...9
        = next is age + 1
        - {hero} was {age} years old and lived {home} with {elder}. [Next year {hero.he} would be
          {next}.|]
        | {home} lived {hero}, {a} {hero.kind} of {age}. [Next year {hero.he} would be
          {next}.|]
        - {friend} was {next}, which made {friend.him} one year older.
        | {hero.his} friend {friend} was {next}, one year older than {hero}.
        + {hero} [looked up to|admired] {friend} because {friend.he} was [brave|clever|kind|funny].
        """,
    ]

    static let endings = [
        """
        - In the evening, {hero} told {elder} about the day. {elder} listened and [smiled|nodded].
          "[What a day|What a story]!" said {elder}.
        | That night, {hero} lay in bed and thought about the day. Then {hero.he} [closed {hero.his}
          eyes and slept|fell asleep].
        | When the sun went down, {hero} and {friend} said goodbye. "See you tomorrow!" <called:friend>.
        | Then it was time for supper, because everybody was hungry. [They ate soup and bread.|They
          ate rice and beans.|There was pie for everyone.]
        | And {hero} and {friend} [stayed friends for a long time|were friends ever after|never forgot
          that day].
        """,
        """
        - The day had been long, so {hero} was tired. {elder} [read {hero.him} a story|sang {hero.him}
          a song|gave {hero.him} a cup of warm milk], and soon {hero.he} slept.
        | Stars came out one by one. {hero} counted them until {hero.he} fell asleep.
        | {hero} wrote about it in {hero.his} diary so that {hero.he} would always remember it.
        | {hero} drew a picture of it, and {elder} hung the picture on the wall.
        """,
    ]
}
