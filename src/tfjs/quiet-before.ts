/** A copy that the user loaded first shares its engine with ours: it must not warn about kernels registered twice. */
(globalThis as { _tfengine?: { ENV?: { set(flag: string, value: boolean): void } } })._tfengine?.ENV?.set("PROD", true);
