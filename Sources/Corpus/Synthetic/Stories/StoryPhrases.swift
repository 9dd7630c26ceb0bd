/// Phrases shared by the plots; `$` stands for the slot of the person they are about.
enum StoryPhrases {
    static let source = """
        @glad
        - {$} felt [very|so|really] happy.
        | {$} [smiled|laughed|grinned] with joy.
        | A big smile spread across {$}'s face.
        | {$} was so [glad|pleased|happy] that {$.he} [danced around|hummed a little song|jumped up
          and down|clapped {$.his} hands].
        | {$}'s heart felt [warm|light|full of joy].
        | Now {$} was [cheerful|merry|full of joy] again.
        @sad
        - {$} felt [very|so|quite] [sad|unhappy].
        | Tears rolled down {$}'s cheeks.
        | {$} hung {$.his} head and [sighed|said nothing|looked at the ground].
        | {$} was so [sad|upset] that {$.he} began to cry.
        | {$} did not know what to do.
        @afraid
        - {$} was [scared|afraid|frightened].
        | {$}'s heart beat [fast|hard|like a drum].
        | {$} held {$.his} breath.
        | {$} shook with fear.
        @tired
        - {$} was [very|so] tired that {$.he} [yawned|fell asleep at once|had to sit down].
        | {$} yawned and rubbed {$.his} eyes.
        | {$}'s legs felt heavy.
        @proud
        - {$} was [very|so] proud of {$.self}.
        | {$} stood up straight and [smiled|beamed].
        | {$} felt [proud|as tall as a tree].
        @curious
        - {$} was curious.
        | {$} wondered [about it|what it could be|why].
        | {$} wanted to know more.
        @said
        - said {$}
        | {$} said
        | said {$}
        | {$} said
        @replied
        - said {$}
        | {$} [replied|answered]
        | [replied|answered] {$}
        | {$} said [with a smile|kindly|softly]
        @asked
        - asked {$}
        | {$} asked
        @called
        - {$} [called|cried|shouted]
        | [called|cried|shouted] {$}
        @thanked
        - "Thank you," <said:$>.
        | "Thank you [so much|very much]," <said:$>.
        | "You are [very|so] kind," <said:$>.
        | "How kind of you," <said:$>.
        @agreed
        - "[Yes|Sure|Of course]," <said:$>.
        | "That is a good idea," <said:$>.
        | "[Good|All right]," <said:$>.
        | {$} nodded.
        @walked
        - walked
        | ran
        | went
        | hurried
        | skipped
        @looked
        - looked
        | peeked
        | searched
        @suddenly
        - suddenly,
        | just then,
        | all at once,
        | at that moment,
        @soon
        - soon
        | before long,
        | after a while,
        | a little later,
        @atlast
        - at last,
        | in the end,
        | finally,
        @so
        - so
        | because of that,
        | that is why
        | for that reason,
        """
}
