/** Answers each request that the parent process sends; a program that calls it ends when its parent does. */
export function serve(answer) {
  process.on('message', ({ id, request }) => void reply(id, request));

  async function reply(id, request) {
    try {
      process.send({ id, value: await answer(request) });
    } catch (error) {
      process.send({ id, error: String(error) });
    }
  }
}
