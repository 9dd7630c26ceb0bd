/// Short passages of arithmetic: facts, and problems with their answers.
enum StorySums {
    static let all = [
        """
        = n in 1...12
        = m in 1...12
        = sum is n + m
        = next is sum + 1
        - {n.d} plus {m.d} is {sum.d}.
        | {n} plus {m} is {sum}.
        | If you add {m.d} to {n.d}, you get {sum.d}.
        + {sum.d} minus {m.d} is {n.d}.
        | {m.d} plus {n.d} is {sum.d}, too.
        | One more makes {next.d}.
        """,
        """
        = n in 3...20
        = m in 1..<n
        = rest is n - m
        - {n.d} minus {m.d} is {rest.d}.
        | {n} minus {m} is {rest}.
        | If you take {m.d} away from {n.d}, you have {rest.d} left.
        + {rest.d} plus {m.d} is {n.d}.
        | {n.d} is more than {m.d}, and {m.d} is less than {n.d}.
        """,
        """
        = n in 2...9
        = m in 2...9
        = product is n * m
        - {n.d} times {m.d} is {product.d}.
        | {n} times {m} is {product.d}.
        + {m.d} times {n.d} is {product.d}, too.
        | {product.d} shared by {m.d} is {n.d}.
        """,
        """
        = n in 2...10
        = double is n + n
        - Half of {double.d} is {n.d}, because {n.d} plus {n.d} is {double.d}.
        | Twice {n.d} is {double.d}.
        | {n.d} and {n.d} make {double.d}, so half of {double.d} is {n.d}.
        """,
        """
        = child in people
        = thing in fruits
        = n in 2...9
        = m in 2...9
        = sum is n + m
        - {child} has {n.d of thing}. {hero} gives {child.him} {m.d} more. Now {child} has {sum.d of thing}.
        | {child} picked {n.d of thing} in the morning and {m.d} in the evening. In all {child.he} picked
          {sum.d of thing}, because {n.d} plus {m.d} is {sum.d}.
        | {child} had {n.d of thing} and found {m.d} more, so {child.he} had {sum.d of thing}.
        """,
        """
        = child in people
        = thing in snacks
        = n in 5...15
        = m in 2..<n
        = rest is n - m
        - {child} had {n.d of thing}. {child.he} ate {m.d of thing}, so {rest.d of thing} remained.
        | There were {n.d of thing} on the plate. {child} took {m.d}. Then {rest.d of thing}
          remained, because {n.d} minus {m.d} is {rest.d}.
        | {child} made {n.d of thing} and gave {m.d} to {hero}. {child.he} kept {rest.d of thing}.
        """,
        """
        = child in people
        = thing in goods
        = n in 2...6
        = price in 2...9
        = cost is n * price
        - One {thing} costs {price.d} coins. {n.d of thing} cost {cost.d} coins, because {n.d} times
          {price.d} is {cost.d}.
        | {child} buys {n.d of thing} for {price.d} coins each, so {child.he} pays {cost.d} coins.
        """,
        """
        = thing in finds
        = n in 2...9
        = m in 2...9
        = sum is n + m
        - Question: {hero} has {n.d of thing} and {friend} has {m.d}. How many {thing.s} do they have
          together?
        | Question: What do {n.d of thing} and {m.d of thing} make?
        /
        - Answer: {sum.d of thing}[.|, because {n.d} plus {m.d} is {sum.d}.]
        """,
        """
        = thing in toys
        = n in 4...12
        = m in 2..<n
        = rest is n - m
        - Question: {hero} has {n.d of thing} and loses {m.d}. How many are left?
        | Question: There are {n.d of thing} in the box and {friend} takes out {m.d}. How many are left?
        /
        - Answer: {rest.d of thing}[.|, because {n.d} minus {m.d} is {rest.d}.]
        """,
        """
        = n in 2...12
        = m in 2...12
        = sum is n + m
        - Question: What is {n.d} plus {m.d}?
        /
        - Answer: {sum.d}.
        | Answer: {n.d} plus {m.d} is {sum.d}.
        """,
        """
        = n in 6...20
        = m in 2..<n
        = rest is n - m
        - Question: What is {n.d} minus {m.d}?
        /
        - Answer: {rest.d}.
        | Answer: {n.d} minus {m.d} is {rest.d}.
        """,
    ]
}
