import { describe, expect, it } from 'vitest';
import { chooseApplication, type ChooseOptions, type ChosenApplication } from './choose-application.ts';
import type { RunImage } from './lock-options.ts';

const application = { repository: 'docker.io/acme/app' };
const redis: RunImage = { name: 'redis', tag: '7.4' };

function choose(images: readonly RunImage[], options: Partial<ChooseOptions> = {}): Promise<ChosenApplication> {
  return chooseApplication(images, { application, shown: [], ...options });
}

describe('chooseApplication', () => {
  it('knows every spelling of the repository, and leaves the tag open where there is one', async () => {
    const { names, others } = await choose([{ name: 'acme/app', tag: '1' }, { name: 'index.docker.io/acme/app' }, redis]);

    expect(names).toEqual([{ name: 'acme/app' }, { name: 'index.docker.io/acme/app' }]);
    expect(others).toEqual([redis]);
  });

  it('takes the names that are stated, and says which of them it did not see', async () => {
    const stated = { ...application, names: [{ name: 'app' }, { name: 'web', tag: '2' }] };
    const { names, warnings } = await choose([{ name: 'app', tag: '1' }, redis], { application: stated });

    expect(names).toEqual([{ name: 'app' }, { name: 'web', tag: '2' }]);
    expect(warnings).toMatchObject([{ code: 'NAMES_STATED', message: expect.stringContaining('web:2') }]);
  });

  it('keeps the name of the previous lock while the package has it', async () => {
    const previous = { image: { repository: 'acme/app', names: [{ name: 'podinfo' }] }, images: [] };

    expect((await choose([{ name: 'podinfo' }, redis], { previous })).names).toEqual([{ name: 'podinfo' }]);
    await expect(choose([redis], { previous })).rejects.toMatchObject({ code: 'IMAGE_UNDECIDED' });
    const ofAnother = { ...previous, image: { ...previous.image, repository: 'acme/web' } };
    await expect(choose([{ name: 'podinfo' }], { previous: ofAnother })).rejects.toMatchObject({ code: 'IMAGE_UNDECIDED' });
  });

  it('never takes the only image there is unasked', async () => {
    await expect(choose([{ name: 'stefanprodan/podinfo' }])).rejects.toMatchObject({
      code: 'IMAGE_UNDECIDED',
      message: expect.stringContaining('it runs stefanprodan/podinfo'),
      hint: expect.stringContaining('--image-name'),
    });
    await expect(choose([{ name: 'podinfo' }], { choose: async () => [] })).rejects.toMatchObject({ code: 'IMAGE_UNDECIDED' });
    await expect(choose([{ name: 'podinfo' }], { choose: async () => ['other'] })).rejects.toMatchObject({ code: 'IMAGE_UNDECIDED' });
  });

  it('says so where the package runs nothing', async () => {
    await expect(choose([], { choose: async ({ choices }) => choices })).rejects.toMatchObject({ message: expect.stringContaining('it runs no image') });
  });

  it('states the tag where the files show another one too, and asks where several are run', async () => {
    const shown = [{ name: 'acme/app', tag: '2' }];
    expect((await choose([{ name: 'acme/app', tag: '1' }], { shown })).names).toEqual([{ name: 'acme/app', tag: '1' }]);

    const several = [{ name: 'acme/app', tag: 'web' }, { name: 'acme/app', tag: 'worker' }];
    const { names, others } = await choose(several, { choose: async () => ['acme/app:web'] });
    expect(names).toEqual([{ name: 'acme/app', tag: 'web' }]);
    expect(others).toEqual([several[1]]);
    await expect(choose(several)).rejects.toMatchObject({ message: expect.stringContaining('acme/app:web, acme/app:worker') });
  });
});
