/// The names and nouns of the stories. A noun's adjectives are those that suit it.
enum StoryLexicon {
    static let girls = """
        Mia, Anna, Lily, Zoë, Ella, Nora, Ruby, Clara, Ivy, Lucy, Emma, Rosa, Tess, Maya, Hana, \
        Chloé, Nina, Amy, Leila, Sofia
        """
    static let boys = """
        Tom, Ben, Max, Sam, Leo, José, Finn, Noah, Omar, Jack, Tim, Hugo, Kai, Otto, René, Adam, \
        Luke, Ravi, Theo, Paul
        """
    static let women = "Mom, Grandma, Aunt May, Aunt Rosie"
    static let men = "Dad, Grandpa, Uncle Bill, Uncle Joe"

    static let homes = """
        in a small village | in a big city | in a house by the sea | in a cottage near the forest \
        | in a tall house on a hill | on a farm | in a town by a [river|lake|canal] \
        | in a yellow house at the edge of the woods | at the end of a long road | next to a bakery
        """
    static let times = "morning | afternoon"

    static let nouns = """
        toys
          ball, balls: red, blue, round, bouncy, striped
          doll, dolls: pretty, old, little, soft
          kite, kites: yellow, green, bright, long
          toy train, toy trains: wooden, shiny, blue, fast
          teddy bear, teddy bears: brown, soft, fuzzy, old
          puzzle, puzzles: hard, colorful, new
          drum, drums: loud, red, round, tiny
          toy boat, toy boats: white, wooden, little
          toy car, toy cars: fast, shiny, green, tiny
          top, tops: painted, round, wooden
          robot, robots: silver, noisy, clever
          jump rope, jump ropes: long, pink, new
          whistle, whistles: silver, loud, small
          marble, marbles: shiny, glassy, purple
          scooter, scooters: red, quick, new
        treasures
          key, keys: golden, rusty, tiny, old
          ring, rings: silver, shiny, golden
          watch, watches: old, golden, broken
          coin, coins: shiny, foreign, round
          medal, medals: bronze, golden, heavy
          bracelet, bracelets: green, silver, pretty
          locket, lockets: small, golden, old
          compass, compasses: brass, round, broken
          map, maps: old, torn, yellow
        clothes
          hat, hats: blue, woolly, warm, funny
          scarf, scarves: long, red, striped, warm
          coat, coats: thick, green, warm, old
          mitten, mittens: red, small, woolly
          boot, boots: yellow, muddy, rubber
          sock, socks: odd, green, striped
          cap, caps: blue, checked, new
          sweater, sweaters: orange, knitted, thick
        fruits
          apple, apples: red, green, juicy, sweet
          pear, pears: ripe, yellow, soft
          plum, plums: purple, ripe, sweet
          orange, oranges: juicy, round, big
          peach, peaches: soft, sweet, fuzzy
          banana, bananas: yellow, ripe, long
          strawberry, strawberries: red, sweet, little
          cherry, cherries: dark, red, shiny
          lemon, lemons: sour, yellow, bright
        snacks
          cookie, cookies: warm, crunchy, sweet
          bun, buns: soft, fresh, sticky
          muffin, muffins: big, warm, sweet
          pancake, pancakes: thin, golden, hot
          cracker, crackers: salty, dry, crunchy
          sandwich, sandwiches: cheesy, thick, fresh
          cupcake, cupcakes: pink, pretty, sweet
          pretzel, pretzels: salty, twisted, brown
          waffle, waffles: golden, crisp, hot
        vegetables
          carrot, carrots: orange, long, crunchy
          potato, potatoes: brown, round, big
          tomato, tomatoes: red, ripe, juicy
          onion, onions: white, strong, round
          turnip, turnips: purple, huge, round
          cabbage, cabbages: green, heavy, round
          pumpkin, pumpkins: orange, huge, heavy
          radish, radishes: red, sharp, small
          leek, leeks: green, long, thin
        finds
          shell, shells: pink, curly, white, pretty
          stone, stones: smooth, flat, gray, round
          feather, feathers: black, soft, long
          acorn, acorns: brown, smooth, tiny
          pine cone, pine cones: dry, brown, big
          leaf, leaves: golden, red, dry
          flower, flowers: yellow, wild, sweet
          button, buttons: shiny, brass, odd
        farmyard
          cow, cows: brown, gentle, spotted
          goat, goats: white, hungry, stubborn
          pony, ponies: gray, gentle, small
          pig, pigs: pink, fat, muddy
          donkey, donkeys: gray, stubborn, patient
          goose, geese: white, loud, proud
          hen, hens: speckled, brown, plump
          lamb, lambs: white, woolly, little
        pets
          puppy, puppies: brown, playful, little, spotted
          kitten, kittens: gray, tiny, fluffy, black
          rabbit, rabbits: white, shy, soft
          hamster, hamsters: golden, sleepy, round
          parrot, parrots: green, noisy, clever
          turtle, turtles: slow, old, green
        wildlife
          squirrel, squirrels: red, quick, hungry
          hedgehog, hedgehogs: prickly, shy, small
          sparrow, sparrows: brown, tiny, young
          owl, owls: wise, gray, sleepy
          frog, frogs: green, slippery, noisy
          fox, foxes: red, young, thin
          deer, deer: shy, young, brown
          duckling, ducklings: yellow, fluffy, little
        goods
          basket, baskets: brown, strong, round
          candle, candles: white, tall, scented
          lamp, lamps: green, old, bright
          teapot, teapots: blue, pretty, china
          pillow, pillows: soft, striped, big
          mirror, mirrors: round, tall, golden
          brush, brushes: wide, stiff, new
          bell, bells: brass, loud, little
          bucket, buckets: red, tin, big
          notebook, notebooks: blue, thick, new
          pencil, pencils: sharp, red, long
          spoon, spoons: wooden, big, silver
          umbrella, umbrellas: black, big, spotted
        """
}
