/// The program's entry.
@main
struct Retro {
    static func main() {
        print("retro")
    }
}
